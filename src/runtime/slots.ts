/**
 * How many processes of each command of a spawn start, given the slots of the universe. `soft` lists other numbers than the
 * one that is wanted, the largest first: the largest that fits is taken. Where even the smallest does not fit, the slots are
 * exceeded, or the spawn is refused.
 */
import type { SpawnedCommand } from '../pmi/agent-messages.ts';

export interface SlotState {
  readonly slots: number;
  /** Processes that occupy a slot now. */
  readonly running: number;
  /** Those of them that have left MPI: their slots are free when their processes have ended, as a rule at once. */
  readonly leaving: number;
  /** Whether more processes than slots may run. */
  readonly mayExceed: boolean;
}

export type Placement =
  | { readonly counts: readonly number[]; readonly exceeds: boolean }
  /** Refused. */
  | { readonly why: string };

type Wish = Pick<SpawnedCommand, 'command' | 'maxprocs' | 'counts'>;

export function placeProcesses(commands: readonly Wish[], state: SlotState): Placement {
  const { slots, running, leaving, mayExceed } = state;
  let free = Math.max(0, slots - running);
  const freeAtFirst = free;
  const counts: number[] = [];
  let exceeds = false;
  for (const { command, maxprocs, counts: acceptable } of commands) {
    const fitting = acceptable.find((count) => count <= free);
    const [largest] = acceptable;
    if (largest === undefined) return { why: `no number of processes of "${command}" is acceptable` };
    // A wish that may be exceeded is met in full: fewer processes would not make the host any less shared.
    const count = fitting === largest || (fitting !== undefined && !mayExceed) ? fitting : largest;
    if (count > free) {
      if (!mayExceed) {
        const fewest = acceptable.at(-1) ?? maxprocs;
        const wanted = `${fewest < maxprocs ? 'at least ' : ''}${String(fewest)} slot${fewest === 1 ? '' : 's'}`;
        return {
          why:
            `"${command}" wants ${wanted}, and ${String(freeAtFirst)} of the universe's ${String(slots)} are free` +
            (leaving > 0 ? ` (${String(leaving)} more when processes that have left MPI have ended)` : '') +
            '; start the launcher with a larger --slots, without --no-oversubscribe, or ask for fewer',
        };
      }
      exceeds = true;
    }
    counts.push(count);
    free = Math.max(0, free - count);
  }
  if (counts.every((count) => count === 0)) return { why: 'no process is asked for' };
  return { counts, exceeds };
}
