/**
 * Ends everything that this user's agents have started on this host, and removes what is left: `parley clean`.
 *
 *     agents, lone processes      TERM ── grace ──► KILL      an agent ends its jobs in good order
 *     ranks without an agent      TERM ── grace ──► KILL
 *     directories, names                                      swept in the end
 *
 * A number alone proves nothing, as the kernel gives numbers again: only a process is ended that started when its owner file
 * or the scan of its mark said it did, and that is looked at once more right before each signal.
 */
import { rmdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { jobDirectoriesIn, readOwner, sweepDeadJobs } from '../pmi/job-directory.ts';
import { agentOfJob } from '../pmi/job-record.ts';
import { sweepNames } from '../pmi/name-directory.ts';
import { currentPlace, processLife, type ProcessIdentity } from '../pmi/process-identity.ts';
import { markedProcesses } from './marked-processes.ts';

const LOOK_MS = 20;
/** A process that does not even end by SIGKILL (it hangs in the kernel) is not waited for. */
const KILLED_MS_MAX = 2000;

/** What was found, or done. */
export interface CleanUp {
  /** Processes that had to be killed, among those that have ended. */
  readonly killed: number;
  /** Processes that are still there. */
  readonly remaining: readonly number[];
  /** Directories of jobs whose owners are gone. */
  readonly sweptJobs: number;
  readonly sweptNames: number;
}

/** The directories of jobs whose owners have ended. */
export function leftoverJobs(base: string): string[] {
  const here = currentPlace();
  return jobDirectoriesIn(base)
    .filter(({ path }) => {
      const owner = readOwner(path);
      return owner !== null && processLife(owner, here) === 'dead';
    })
    .map(({ path }) => path);
}

/** The processes that would be ended: agents and lone processes first, then the ranks. */
export function processesToEnd(base: string): { owners: ProcessIdentity[]; ranks: ProcessIdentity[] } {
  const place = currentPlace();
  const agents = new Set<string>();
  const owners = new Map<number, ProcessIdentity>();
  for (const { job, path } of jobDirectoriesIn(base)) {
    agents.add(agentOfJob(path) ?? job);
    const owner = readOwner(path);
    if (owner === null || owner.pid === process.pid || processLife(owner, place) !== 'alive') continue;
    owners.set(owner.pid, owner);
  }
  const ranks = markedProcesses(base, agents, place)
    .map(({ identity }) => identity)
    .filter(({ pid }) => !owners.has(pid));
  return { owners: [...owners.values()], ranks };
}

/** Ends all, then sweeps. */
export async function cleanUp(base: string, graceMs: number): Promise<CleanUp> {
  const asked = processesToEnd(base);
  // Agents end their jobs themselves. Without any the ranks have to be asked.
  const first = asked.owners.length > 0 ? asked.owners : asked.ranks;
  // A stopped process takes notice only when it goes on.
  for (const signal of ['SIGTERM', 'SIGCONT'] as const) first.forEach((one) => signalProcess(one, signal));
  await untilGone([...asked.owners, ...asked.ranks], graceMs);
  // Others may have come meanwhile.
  const late = processesToEnd(base);
  const left = [...asked.owners, ...asked.ranks, ...late.ranks].filter(isAlive);
  const unique = [...new Map(left.map((one) => [one.pid, one])).values()];
  for (const one of unique) signalProcess(one, 'SIGKILL');
  await untilGone(unique, KILLED_MS_MAX);
  const sweptJobs = sweepDeadJobs(base).length;
  const sweptNames = sweepNames(base);
  try {
    rmdirSync(base);
  } catch {
    // Something is still there, or nothing ever was.
  }
  const remaining = unique.filter(isAlive).map(({ pid }) => pid);
  return { killed: unique.length - remaining.length, remaining, sweptJobs, sweptNames };
}

const isAlive = (one: ProcessIdentity): boolean => processLife(one, currentPlace()) === 'alive';

/** To its whole group where it leads one: what a rank has started belongs to the rank. */
function signalProcess(one: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(one)) return;
  try {
    process.kill(signal === 'SIGKILL' && leadsGroup(one.pid) ? -one.pid : one.pid, signal);
  } catch {
    // It has ended in this moment.
  }
}

function leadsGroup(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]) === pid;
  } catch {
    return false;
  }
}

async function untilGone(all: readonly ProcessIdentity[], limitMs: number): Promise<void> {
  const end = performance.now() + limitMs;
  while (all.some(isAlive) && performance.now() < end) await delay(LOOK_MS);
}
