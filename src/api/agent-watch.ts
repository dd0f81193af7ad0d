/**
 * What a process that was started by itself does about the end of its agent, which only somebody who kills it brings about: the
 * process lives on, nobody starts others for it any more, and it has to clean up itself.
 */
import { join } from 'node:path';
import { holdsAlivePipe, watchAlivePipe } from '../pmi/alive-pipe.ts';
import { RankState } from '../pmi/job-board.ts';
import { type JobDirectory, removeJobDirectory } from '../pmi/job-directory.ts';
import type { Libc } from '../system/libc.ts';
import { type JobSegment, openJobSegment } from '../transport/shared-memory/job-segment.ts';
import { BOARD_NEWS } from '../transport/shared-memory/mailbox.ts';
import { tellWatchers } from '../transport/shared-memory/watchers.ts';

const SIGKILL = 9;

export class AgentWatch {
  readonly #libc: Libc;
  readonly #own: JobDirectory;
  readonly #ownSegment: JobSegment;
  readonly #agentDirectory: string;
  /** Mapped now: when it is needed the directory may be gone. */
  readonly #agentSegment: JobSegment;
  readonly #stop: () => void;

  constructor(libc: Libc, own: JobDirectory, ownSegment: JobSegment, agent: string) {
    this.#libc = libc;
    this.#own = own;
    this.#ownSegment = ownSegment;
    this.#agentDirectory = join(own.base, agent);
    this.#agentSegment = openJobSegment(libc, this.#agentDirectory);
    this.#stop = watchAlivePipe(this.#agentDirectory, () => this.#ended(), { holdsProcess: false });
  }

  /** Looks at once: a thread that is about to block hears of nothing. */
  look(): void {
    if (!holdsAlivePipe(this.#agentDirectory)) this.#ended();
  }

  /** After everything else: does what an agent would do, where there is none. */
  close(): void {
    this.#stop();
    this.#agentSegment.close();
    if (holdsAlivePipe(this.#agentDirectory)) return;
    this.#ownSegment.board.markEnded(0, { state: RankState.ENDED, exitCode: 0, signal: 0 });
    tellWatchers(this.#libc, this.#own.path);
    removeJobDirectory(this.#own);
  }

  /** Says so on the agent's board, as nobody else does. */
  #ended(): void {
    const { board } = this.#agentSegment;
    if (board.stateOf(0) === RankState.FAILED) return;
    board.markEnded(0, { state: RankState.FAILED, exitCode: 0, signal: SIGKILL });
    this.#ownSegment.notify(0, BOARD_NEWS);
  }
}
