/** Which agent a job belongs to: a file in the job's directory. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const AGENT_ID = /^[0-9a-f]{32}$/;

/** Says so, or that it is another one from now on. Nobody ever reads half of it. */
export function writeAgentOfJob(directory: string, agent: string): void {
  const draft = join(directory, 'agent-new');
  writeFileSync(draft, agent, { mode: 0o600 });
  renameSync(draft, join(directory, 'agent'));
}

/** The agent's identity; null where the job is over. */
export function agentOfJob(directory: string): string | null {
  try {
    const text = readFileSync(join(directory, 'agent'), 'latin1');
    return AGENT_ID.test(text) ? text : null;
  } catch {
    return null;
  }
}
