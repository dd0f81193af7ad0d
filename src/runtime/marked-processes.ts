/**
 * Processes that agents of this user have started, found by the mark in the environment that they were started with. That
 * is theirs as long as they live, whatever has become of their agent and of its files.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { JOB_VARIABLE } from '../pmi/job-environment.ts';
import { identifyProcess, type ProcessIdentity, type ProcessPlace } from '../pmi/process-identity.ts';

export interface MarkedProcess {
  readonly identity: ProcessIdentity;
  /** Identity of its agent. */
  readonly agent: string;
}

/** Those whose job lies under `base`, or whose agent is one of `agents`. Never this process itself. */
export function markedProcesses(
  base: string,
  agents: ReadonlySet<string>,
  place: ProcessPlace,
): MarkedProcess[] {
  const userId = process.getuid?.();
  const found: MarkedProcess[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const identity = identifyProcess(pid, place);
    const mark = identity === null ? null : markOf(pid, userId);
    if (identity === null || mark === null) continue;
    if (agents.has(mark.agent) || mark.base === base) found.push({ identity, agent: mark.agent });
  }
  return found;
}

/** What an agent has written into the environment of a process of this user. */
function markOf(pid: number, userId: number | undefined): { agent: string; base: string | null } | null {
  let environment: string;
  try {
    if (statSync(`/proc/${pid}`).uid !== userId) return null;
    environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return null; // It has ended.
  }
  const prefix = `${JOB_VARIABLE}=`;
  const text = environment.split('\0').find((entry) => entry.startsWith(prefix));
  if (text === undefined) return null;
  try {
    const value = JSON.parse(text.slice(prefix.length)) as Record<string, unknown> | null;
    const { agent, directory } = value ?? {};
    if (typeof agent !== 'string') return null;
    return { agent, base: typeof directory === 'string' ? dirname(directory) : null };
  } catch {
    return null; // Somebody has set the variable by hand.
  }
}
