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
  /** Whether more processes than slots may run. */
  readonly mayExceed: boolean;
}

export type Placement =
  | { readonly counts: readonly number[]; readonly exceeds: boolean }
  /** Refused. */
  | { readonly why: string };

type Wish = Pick<SpawnedCommand, 'command' | 'maxprocs' | 'counts'>;

export function placeProcesses(commands: readonly Wish[], state: SlotState): Placement {
  const { slots, running, mayExceed } = state;
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
        const wanted = acceptable.length === 1 ? String(maxprocs) : `at least ${String(acceptable.at(-1))}`;
        return {
          why:
            `"${command}" wants ${wanted} slots, and ${String(freeAtFirst)} of the universe's ${String(slots)} are free; ` +
            'start the launcher with a larger --slots, without --no-oversubscribe, or ask for fewer',
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
