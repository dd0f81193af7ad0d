/** Which agent a job belongs to: a file in the job's directory. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const AGENT_ID = /^[0-9a-f]{32}$/;

export function writeAgentOfJob(directory: string, agent: string): void {
  writeFileSync(join(directory, 'agent'), agent, { mode: 0o600, flag: 'wx' });
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
