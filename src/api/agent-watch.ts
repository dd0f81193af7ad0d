/**
 * What a process that was started by itself does about the end of its agent, which only somebody who kills it brings about: the
 * process lives on, but the children that the agent had started do not, and nobody else tells of their ends.
 *
 *     awaiting    the event loop reads the agent's pipe, which ends with it
 *     blocked     the thread looks at that pipe a few times a second
 */
import { join } from 'node:path';
import { holdsAlivePipe, watchAlivePipe } from '../pmi/alive-pipe.ts';
import { RankState } from '../pmi/job-board.ts';
import { type JobDirectory, removeJobDirectory } from '../pmi/job-directory.ts';
import { markLost } from '../pmi/lost-ranks.ts';
import type { Clock } from '../system/clock.ts';
import type { Libc } from '../system/libc.ts';
import { type JobSegment, openJobSegment } from '../transport/shared-memory/job-segment.ts';

/** How often a blocked thread looks. Each look costs some microseconds, and nobody else could wake it. */
export const LOOK_MS = 200;

export class AgentWatch {
  readonly #directory: JobDirectory;
  /** Mapped now: when it is needed the directory may be gone. */
  readonly #segment: JobSegment;
  readonly #clock: Clock;
  readonly #onLost: () => void;
  readonly #stop: () => void;
  #nextLook = 0;
  /** Whether the agent is gone. */
  lost: boolean = false;
  /** Whether an agent that is gone had been at work before. */
  hadBegun: boolean = false;

  /** `onLost` is called once, after the agent's own board says that it has ended. */
  constructor(libc: Libc, base: string, agent: string, clock: Clock, onLost: () => void) {
    this.#directory = { base, job: agent, path: join(base, agent) };
    this.#segment = openJobSegment(libc, this.#directory.path);
    this.#clock = clock;
    this.#onLost = onLost;
    this.#stop = watchAlivePipe(this.#directory.path, () => this.#ended(), { holdsProcess: false });
  }

  /** Looks at once: a thread that is about to block hears of nothing. */
  look(): void {
    if (!this.lost && !holdsAlivePipe(this.#directory.path)) this.#ended();
  }

  /** Looks where it has not done so for a while. */
  glance(): void {
    const now = this.#clock.now();
    if (now < this.#nextLook) return;
    this.#nextLook = now + LOOK_MS;
    this.look();
  }

  close(): void {
    this.#stop();
    this.#segment.close();
  }

  #ended(): void {
    if (this.lost) return;
    this.lost = true;
    this.hadBegun = this.#segment.board.stateOf(0) === RankState.RUNNING;
    markLost(this.#segment.board);
    // Its guard does so, too, where there was time to start one.
    removeJobDirectory(this.#directory);
    this.#onLost();
  }
}
