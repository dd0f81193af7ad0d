/** What a process waits for in words: `waits 3.2 s for rank 1 in recv (tag 5, "MPI_COMM_WORLD") at app.ts:12`. */
import { isAbsolute, relative } from 'node:path';
import type { ProcessId } from '../model/process-id.ts';
import type { CpuState } from '../pmi/cpu-state.ts';
import type { ReportedWait, WaitReport } from '../pmi/wait-report.ts';
import { formatAge } from './duration.ts';

/** Peers that are named one by one. */
const NAMED_MAX = 4;

export interface WaitWords {
  /** What a person calls a process; null where it is not among those that are listed. */
  readonly nameOf: (process: ProcessId) => string | null;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Files are named as from here. */
  readonly directory: string;
}

/** What a process does, as far as others can see: one line, or one for each thing that it awaits. */
export function activityText(waits: WaitReport | null, cpu: CpuState, words: WaitWords): string {
  const stopped = cpu === 'stopped' ? 'stopped (SIGSTOP, or a debugger)' : '';
  if (waits === null) {
    if (stopped !== '') return stopped;
    return cpu === 'running' ? 'computes (does not wait)' : 'does not wait in MPI (its main thread sleeps)';
  }
  const verb = waits.blocked ? 'waits' : 'awaits';
  if (waits.waits.length === 0) return `${stopped === '' ? '' : `${stopped}; `}${verb}`;
  const lines = waits.waits.map((wait) => waitText(wait, words));
  if (waits.otherWaits > 0) lines.push(`and ${String(waits.otherWaits)} more`);
  const [first = ''] = lines;
  const rest =
    lines.length === 1
      ? first
      : `${String(waits.waits.length + waits.otherWaits)} things:` +
        lines.map((line) => `\n      ${line}`).join('');
  const busy = cpu === 'running' && !waits.blocked ? ', and computes' : '';
  return `${stopped === '' ? '' : `${stopped}; `}${verb} ${rest}${busy}`;
}

/** One wait. */
function waitText(wait: ReportedWait, words: WaitWords): string {
  const { operation, communicator, tag, data, site } = wait;
  const details = [tag === null ? '' : `tag ${String(tag)}`, communicator, data].filter(
    (text) => text !== '',
  );
  const inWhat = details.length === 0 ? operation : `${operation} (${details.join(', ')})`;
  const lasting = formatAge(words.now - wait.since);
  return `${lasting}${whomText(wait, words)} in ${inWhat}${site === '' ? '' : ` at ${shortSite(site, words.directory)}`}`;
}

/** Whom it waits for: `for rank 1`, `for any of rank 1, rank 2`; empty where that is nobody in particular. */
function whomText({ operation, peers, otherPeers }: ReportedWait, words: WaitWords): string {
  const [only] = peers;
  if (only === undefined) return '';
  const count = peers.length + otherPeers;
  const nameOf = (process: ProcessId): string => words.nameOf(process) ?? strangerName(process, operation);
  if (count > NAMED_MAX) return ` for any of ${String(count)} processes`;
  const names = peers.map(({ process }) => nameOf(process));
  return count === 1 ? ` for ${nameOf(only.process)}` : ` for any of ${names.join(', ')}`;
}

/** Processes of other universes, and the agent, which no list of ranks has. */
function strangerName(process: ProcessId, operation: string): string {
  if (operation.startsWith('spawn')) return 'the agent';
  const [job = '', rank = ''] = process.split('.');
  return `rank ${rank} of job ${job.slice(0, 8)}`;
}

/** A circle of waits: `rank 0 waits for rank 1, rank 1 for rank 0`. */
export function circleText(circle: readonly ProcessId[], words: Pick<WaitWords, 'nameOf'>): string {
  const name = (process: ProcessId | undefined): string =>
    process === undefined ? '' : (words.nameOf(process) ?? process);
  if (circle.length === 1) return `${name(circle[0])} waits for itself`;
  return circle
    .map((process, place) => {
      const next = name(circle[(place + 1) % circle.length]);
      return `${name(process)} ${place === 0 ? 'waits for' : 'for'} ${next}`;
    })
    .join(', ');
}

/** `app.ts:12` in the directory, else the whole path. */
export function shortSite(site: string, directory: string): string {
  const place = site.replace(/:\d+$/, '');
  const near = relative(directory, place);
  return near.startsWith('..') || isAbsolute(near) || !isAbsolute(place) ? place : near;
}
