/**
 * Who waits for whom in a circle: then none of them will ever go on. Pure.
 *
 *     rank 0 ──► rank 1          A wait for any of several is no circle as long as one of those can still go on: so first
 *       ▲          │             all are taken out that can, or wait for one that can, again and again. Whoever remains waits
 *       └── rank 2 ◄┘            for others that remain; from there each way leads into a circle.
 */
import type { ProcessId } from '../model/process-id.ts';
import type { WaitReport } from '../pmi/wait-report.ts';

/** A process as the circles see it. */
export interface WaitingProcess {
  readonly process: ProcessId;
  /** Null where it does not wait. */
  readonly waits: WaitReport | null;
}

/** The circles, each from its first member (in the order given) on: each waits for the next one, the last for the first. */
export function waitCircles(processes: readonly WaitingProcess[]): ProcessId[][] {
  const stuck = new Map<ProcessId, readonly ProcessId[]>();
  for (const { process, waits } of processes) {
    const peers = waits === null ? null : peersOf(waits);
    if (peers !== null) stuck.set(process, peers);
  }
  for (let before = -1; before !== stuck.size;) {
    before = stuck.size;
    for (const [process, peers] of stuck) {
      if (!peers.every((peer) => stuck.has(peer))) stuck.delete(process);
    }
  }
  const circles: ProcessId[][] = [];
  const seen = new Set<ProcessId>();
  for (const start of stuck.keys()) {
    const path: ProcessId[] = [];
    let at: ProcessId | undefined = start;
    while (at !== undefined && !seen.has(at)) {
      seen.add(at);
      path.push(at);
      const peers: readonly ProcessId[] = stuck.get(at) ?? [];
      at = peers.find((peer) => peer !== path.at(-1)) ?? peers[0];
    }
    const entry = at === undefined ? -1 : path.indexOf(at);
    if (entry >= 0) circles.push(path.slice(entry));
  }
  return circles;
}

/** All that could let the process go on; null where something else could, or they are not all known. */
function peersOf({ waits, otherWaits }: WaitReport): ProcessId[] | null {
  if (otherWaits > 0 || waits.length === 0) return null;
  if (waits.some(({ open, otherPeers, peers }) => open || otherPeers > 0 || peers.length === 0)) return null;
  return waits.flatMap(({ peers }) => peers.map(({ process }) => process));
}
