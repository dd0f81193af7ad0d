/**
 * When runs and steps begin and end, for all clients together. The state is kept by (run, step), never by a count of ends:
 * a client may be a run ahead of another one.
 *
 *     client 1   run 1 ────────── end │ run 2 ───────────────
 *     client 2   run 1 ─────────────────────── end │ run 2 ──     run 1 ends here ↑, not before
 *
 * A run ends when every client that it counts on has ended it, has gone on to a later one, has said bye, or has failed. It
 * counts on the clients that were expected from the start, and on a late one from the first run that it says something of.
 *
 * Of clients that are gone for long nobody keeps more than their part in the runs that are still under way (run-remainder.ts).
 */
import type { ClientRuns } from './client-runs.ts';
import type { RunEvent, RunShare } from './master-events.ts';
import { RunRemainder } from './run-remainder.ts';

export type Presence = 'present' | 'silent' | 'left' | 'failed';

interface Member {
  readonly runs: ClientRuns;
  /** The first run that counts on it. */
  firstRun: number;
  /** The last run that counts on it: of one that was not expected and has failed, the last that was under way then. */
  lastRun: number;
  readonly isExpected: boolean;
  presence: Presence;
}

/** A run under way. */
interface OpenRun {
  /** Steps under way. */
  readonly steps: Set<number>;
  /** Of clients that are forgotten. */
  readonly gone: RunRemainder;
}

export class RunLedger {
  readonly #members = new Map<number, Member>();
  readonly #tell: (event: RunEvent) => void;
  /** A run waits for a client that has given no sign of life for a while. */
  silentHoldsRun: boolean;
  /** Runs under way, with their steps under way. */
  readonly #open = new Map<number, OpenRun>();
  #closedThrough = 0;

  constructor(tell: (event: RunEvent) => void, silentHoldsRun: boolean) {
    this.#tell = tell;
    this.silentHoldsRun = silentHoldsRun;
  }

  /** The newest run under way; undefined between runs. */
  get current(): { readonly run: number; readonly step: number | undefined } | undefined {
    const run = Math.max(...this.#open.keys());
    if (run === -Infinity) return undefined;
    const step = Math.max(...(this.#open.get(run)?.steps ?? []));
    return { run, step: step === -Infinity ? undefined : step };
  }

  get open(): readonly number[] {
    return [...this.#open.keys()].sort((a, b) => a - b);
  }

  join(runs: ClientRuns, expected: boolean): void {
    const firstRun = expected ? 0 : Infinity;
    const member: Member = { runs, firstRun, lastRun: Infinity, isExpected: expected, presence: 'present' };
    this.#members.set(runs.client.id, member);
  }

  /** The client has said something of its run: true where that run had ended before. */
  enter(id: number): boolean {
    const member = this.#member(id);
    const { run, step } = member.runs;
    if (run === 0) return false;
    member.firstRun = Math.min(member.firstRun, run);
    if (run <= this.#closedThrough && !this.#open.has(run)) return true;
    let open = this.#open.get(run);
    if (open === undefined) {
      this.#open.set(run, (open = { steps: new Set(), gone: new RunRemainder() }));
      this.#tell({ type: 'runBegun', run });
    }
    const { steps } = open;
    if (step >= 0 && !steps.has(step) && member.runs.stepsDone < step && !this.#isStepOver(run, step)) {
      steps.add(step);
      this.#tell({ type: 'stepBegun', run, step });
    }
    return false;
  }

  become(id: number, presence: Presence): void {
    const member = this.#member(id);
    member.presence = presence;
    if (presence === 'failed' && !member.isExpected)
      member.lastRun = Math.max(member.runs.run, ...this.#open.keys());
    this.settle();
  }

  /** Nobody is there, and runs are counted anew: as between two sessions of a journal. Runs under way have ended before. */
  restart(): void {
    this.#members.clear();
    this.#closedThrough = 0;
  }

  /** Nothing will be said of the client any more. */
  forget(id: number): void {
    const member = this.#members.get(id);
    if (member === undefined) return;
    for (const [run, { gone }] of this.#open) {
      const share = shareOf(member, run);
      if (share !== null) gone.add(share);
    }
    this.#members.delete(id);
  }

  /** Ends what is over. */
  settle(): void {
    for (const run of this.open) {
      const { steps, gone } = this.#open.get(run) as OpenRun;
      const isOver = this.#isOver(run);
      for (const step of [...steps].sort((a, b) => a - b)) {
        if (!isOver && !this.#isStepOver(run, step)) continue;
        steps.delete(step);
        this.#tell({ type: 'stepEnded', run, step });
      }
      if (!isOver) continue;
      this.#open.delete(run);
      this.#closedThrough = Math.max(this.#closedThrough, run);
      this.#tell({ type: 'runEnded', run, report: gone.report(run, this.#shares(run)) });
    }
  }

  #isOver(run: number): boolean {
    return this.#all(run, ({ runs }) => runs.runsDone >= run);
  }

  #isStepOver(run: number, step: number): boolean {
    return this.#all(run, ({ runs }) => runs.runsDone >= run || (runs.run === run && runs.stepsDone >= step));
  }

  #all(run: number, isDone: (member: Member) => boolean): boolean {
    for (const member of this.#members.values()) {
      if (member.firstRun > run || isDone(member)) continue;
      if (member.presence === 'present' || (member.presence === 'silent' && this.silentHoldsRun))
        return false;
    }
    return true;
  }

  #shares(run: number): RunShare[] {
    const shares: RunShare[] = [];
    for (const member of this.#members.values()) {
      const share = shareOf(member, run);
      if (share !== null) shares.push(share);
    }
    return shares;
  }

  #member(id: number): Member {
    const member = this.#members.get(id);
    if (member === undefined) throw new Error(`client ${id} has not joined`);
    return member;
  }
}

/** Null where the run is none of the client's. */
function shareOf({ runs, firstRun, lastRun, presence }: Member, run: number): RunShare | null {
  const ended = runs.runsDone >= run;
  const tookPart = runs.tookPartIn(run);
  if (firstRun > run || (!tookPart && lastRun < run) || (!tookPart && !ended && presence === 'left'))
    return null;
  return runs.share(run, ended || presence === 'present' ? 'ended' : presence);
}
