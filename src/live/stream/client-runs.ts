/** What one client has done, run by run, as the master sees it. */
import { MPIError } from '../../index.ts';
import type { FrameHead } from '../update/frame-encoder.ts';
import type { UpdateOrigin } from '../update/update.ts';
import type { RunShare } from './master-events.ts';

interface Share {
  received: number;
  /** The highest number that an update of it bore. */
  sequence: number;
  discarded: number;
  issued: number | undefined;
}

/** Runs of a client that are remembered after their end, for updates that are on their way through a store. */
const RUNS_MAX = 64;

export class ClientRuns {
  client: UpdateOrigin;
  /** The run that the client is in, or was in last. */
  run: number = 0;
  step: number = -1;
  /** All up to this one are over for the client. */
  runsDone: number = 0;
  /** Of the current run: all up to this one are over for the client. */
  stepsDone: number = -1;
  #lostBefore = 0;
  readonly #shares = new Map<number, Share>();

  constructor(client: UpdateOrigin) {
    this.client = client;
  }

  /** Updates known not to have come, in all runs. */
  get lost(): number {
    let lost = this.#lostBefore;
    for (const share of this.#shares.values()) lost += lostOf(share);
    return lost;
  }

  /**
   * Takes note of a frame.
   *
   * @throws {MPIError} where it does not follow the ones before it.
   */
  note(frame: FrameHead, isUpdate: boolean): void {
    if (frame.run < this.run || (frame.run > 0 && frame.run <= this.runsDone))
      throw this.#refusal(`a frame of run ${frame.run} after the end of run ${this.runsDone}`);
    if (frame.run > this.run) {
      this.run = frame.run;
      this.runsDone = frame.run - 1;
      this.step = this.stepsDone = -1;
    }
    if (frame.run === 0) throw this.#refusal('a frame of no run');
    const share = this.#shareOf(frame.run);
    if (isUpdate) {
      if (frame.sequence <= share.sequence)
        throw this.#refusal(`update ${frame.sequence} of run ${frame.run} after update ${share.sequence}`);
      share.received += 1;
    }
    share.sequence = Math.max(share.sequence, frame.sequence);
    share.discarded = Math.max(share.discarded, frame.discarded);
  }

  /** The client says that it has issued so many updates in its run. */
  endRun(issued: number): void {
    this.#shareOf(this.run).issued = issued;
    this.runsDone = this.run;
  }

  share(run: number, ending: RunShare['ending']): RunShare {
    const share = this.#shares.get(run) ?? { received: 0, sequence: 0, discarded: 0, issued: undefined };
    const { received, issued, discarded } = share;
    return { ...this.client, received, issued, discarded, lost: lostOf(share), ending };
  }

  tookPartIn(run: number): boolean {
    return this.#shares.has(run);
  }

  #shareOf(run: number): Share {
    let share = this.#shares.get(run);
    if (share !== undefined) return share;
    share = { received: 0, sequence: 0, discarded: 0, issued: undefined };
    this.#shares.set(run, share);
    for (const [old, { ...past }] of this.#shares) {
      if (this.#shares.size <= RUNS_MAX) break;
      this.#lostBefore += lostOf(past);
      this.#shares.delete(old);
    }
    return share;
  }

  #refusal(what: string): MPIError {
    return new MPIError('MPI_ERR_OTHER', `Cannot go on with ${this.client.name}: it has sent ${what}`);
  }
}

const lostOf = ({ received, sequence, discarded }: Share): number => Math.max(sequence - received, discarded);
