/** Which agent a job belongs to: a file in the job's directory. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMissing } from '../system/file-errors.ts';

const AGENT_ID = /^[0-9a-f]{32}$/;

const pathIn = (directory: string): string => join(directory, 'agent');

/** Says so, or that it is another one from now on. Nobody ever reads half of it. */
export function writeAgentOfJob(directory: string, agent: string): void {
  const draft = join(directory, 'agent-new');
  writeFileSync(draft, agent, { mode: 0o600 });
  renameSync(draft, pathIn(directory));
}

/** The agent's identity; null where the job is over, or an agent itself. Throws where that cannot be known. */
export function agentOfJob(directory: string): string | null {
  try {
    const text = readFileSync(pathIn(directory), 'latin1');
    return AGENT_ID.test(text) ? text : null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Whether a job that had an agent has none any more, and so has been removed, or is about to be: nobody does that to a living one. */
export function isJobRemoved(directory: string): boolean {
  return !existsSync(pathIn(directory));
}
