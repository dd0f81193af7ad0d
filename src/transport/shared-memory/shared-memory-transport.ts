/**
 * The transport between processes of one host: a ring for each direction of each pair that talks, a mailbox for each
 * process. Rings are made by their writer when it first writes, and announced in the reader's mailbox.
 *
 * A process looks by itself at the few rings that were busy last ("hot"); the writers of all others raise a bit in
 * its mailbox. Both sides change and look in opposite order, so news is never lost between them:
 *
 *     writer   publish the frame        then read "wants attention"
 *     reader   say "wants attention"    then look for a frame once more
 */
import { join } from 'node:path';
import { processId, type ProcessId } from '../../model/process-id.ts';
import type { Libc } from '../../system/libc.ts';
import { Frame } from '../../wire/frame.ts';
import type { Channel, Reception, Transport } from '../transport.ts';
import { CommonFiles } from './common-files.ts';
import { CommonLoans } from './common-loans.ts';
import { BOARD_NEWS, type Mailbox, ROOM_NEWS, Sleep } from './mailbox.ts';
import type { JobSegment } from './job-segment.ts';
import { GONE, KnownJobs, LEFT } from './known-jobs.ts';
import { type IncomingRing, openIncomingRing } from './incoming-ring.ts';
import { OutgoingChannels } from './outgoing-channels.ts';
import { hasLeft } from './ring-layout.ts';
import { RingLoans } from './ring-loans.ts';
import { Sleeper } from './sleeper.ts';
import type { TransportListeners } from './transport-listeners.ts';

/** Rings that a process looks at by itself. More would make every look dearer than a bit in the mailbox is. */
const HOT_RINGS_MAX = 6;

export class SharedMemoryTransport implements Transport {
  readonly name = 'shared-memory';
  readonly wakesBlockedThread = true;
  readonly common: CommonFiles;
  readonly #libc: Libc;
  readonly #segment: JobSegment;
  readonly #mailbox: Mailbox;
  readonly #job: string;
  readonly #rank: number;
  readonly #hot: IncomingRing[] = [];
  readonly #incoming = new Map<number, IncomingRing>();
  readonly #jobs: KnownJobs;
  readonly #outgoing: OutgoingChannels;
  readonly #loans: RingLoans;
  readonly #frame = new Frame();
  #reception: Reception | null = null;
  readonly #sleeper: Sleeper;
  readonly #onBoardNews: () => void;
  #boardChanged = false;
  /** Announced rings for which there was no descriptor, or no memory. */
  readonly #unmapped = new Set<number>();
  #closed = false;

  constructor(
    libc: Libc,
    segment: JobSegment,
    job: string,
    rank: number,
    listeners: TransportListeners = {},
    singleCopy: boolean = true,
  ) {
    this.#loans = new RingLoans(libc, singleCopy);
    this.#onBoardNews = listeners.onBoardNews ?? ((): void => undefined);
    this.#libc = libc;
    this.#segment = segment;
    this.#mailbox = segment.mailbox(rank);
    this.#job = job;
    this.#rank = rank;
    this.#jobs = new KnownJobs(libc, processId(job, rank), segment, listeners.onJobMet);
    this.#outgoing = new OutgoingChannels(libc, processId(job, rank), this.#jobs, this.#loans);
    const loans = singleCopy ? new CommonLoans(libc) : null;
    this.common = new CommonFiles(libc, segment.directory, this.#jobs, loans);
    const bedside = {
      fallAsleep: (how: number) => this.#fallAsleep(how),
      awake: () => this.common.awake(),
      look: () => this.#tryAgain(),
    };
    this.#sleeper = new Sleeper(segment, rank, bedside, listeners.whileBlocked ?? null);
  }

  /** Whoever has a job on this host can be reached, until that is over. */
  reaches(peer: ProcessId): boolean {
    return peer !== processId(this.#job, this.#rank);
  }

  watch(peer: ProcessId): void {
    if (this.#jobs.watch(peer)) this.#mailbox.raiseNews(BOARD_NEWS);
  }

  start(reception: Reception): void {
    this.#reception = reception;
  }

  open(peer: ProcessId): Channel {
    return this.#outgoing.open(peer);
  }

  /** An agent was killed, and with it the processes of its jobs: their peers here hear of it. */
  agentLost(agent: string): void {
    this.#jobs.agentLost(agent);
    this.#segment.notifyOfBoard(this.#rank);
  }

  /** The jobs that this process has met, but for its own and those of that agent. */
  jobsOfOthers(agent: string): string[] {
    return this.#jobs.ofOthers(agent);
  }

  poll(): boolean {
    let worked = false;
    const hot = this.#hot;
    for (let k = 0; k < hot.length; k++) {
      const ring = hot[k]!;
      if (ring.reader.hasFrame() && this.#drain(ring) > 0) worked = true;
    }
    if (this.#mailbox.hasNews() && !this.#closed) {
      this.#readNews();
      worked = true;
    }
    if (this.common.look()) worked = true;
    return worked;
  }

  sleep(timeoutMs: number): void {
    this.#sleeper.block(timeoutMs);
  }

  arm(wake: () => void): void {
    this.#sleeper.arm(wake);
  }

  disarm(): void {
    this.#sleeper.disarm();
  }

  holdProcess(hold: boolean): void {
    this.#sleeper.holdProcess(hold);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#sleeper.close();
    this.#hot.length = 0;
    for (const { file } of this.#incoming.values()) file.close();
    this.#incoming.clear();
    this.#outgoing.leave();
    this.#jobs.close();
  }

  /** Asks every writer to report from now on; false where something has come in the meantime. */
  #fallAsleep(how: number): boolean {
    const mailbox = this.#mailbox;
    for (const ring of this.#hot) ring.reader.wantsAttention = true;
    mailbox.setSleep(how);
    const news = mailbox.hasNewsAfterAll() || this.#hot.some((ring) => ring.reader.hasFrameAfterAll());
    if (!news && this.common.fallAsleep()) {
      this.#hot.length = 0;
      return true;
    }
    mailbox.setSleep(Sleep.AWAKE);
    for (const ring of this.#hot) ring.reader.wantsAttention = false;
    return false;
  }

  #drain(ring: IncomingRing): number {
    if (ring.broken) return 0;
    try {
      const count = ring.reader.drain(this.#frame, ring.deliver);
      if (ring.reader.takeRoomWanted()) ring.segment?.notify(ring.rank, ROOM_NEWS);
      return count;
    } catch (error) {
      ring.broken = true;
      this.#cool(ring);
      ring.inbound.malformed(error instanceof Error ? error.message : String(error));
      return 0;
    }
  }

  #readNews(): void {
    this.#mailbox.takeNews((index) => {
      if (index === BOARD_NEWS) this.#boardChanged = true;
      else if (index !== ROOM_NEWS) this.#heat(index);
    });
    if (!this.#boardChanged) return;
    this.#boardChanged = false;
    this.#readBoard();
  }

  /** Takes a ring among those that are looked at by themselves; the one that has waited longest goes. */
  #heat(index: number): void {
    const ring = this.#incoming.get(index) ?? this.#mapRing(index);
    if (ring === null || ring.broken) return;
    this.#cool(ring);
    this.#hot.push(ring);
    ring.reader.wantsAttention = false;
    this.#drain(ring);
    if (this.#hot.length <= HOT_RINGS_MAX) return;
    const cooled = this.#hot.shift();
    if (cooled === undefined) return;
    cooled.reader.wantsAttention = true;
    if (cooled.reader.hasFrameAfterAll()) this.#mailbox.raiseNews(cooled.index);
  }

  #mapRing(index: number): IncomingRing | null {
    const name = this.#mailbox.announcedName(index);
    const reception = this.#reception;
    if (name === null || reception === null) return null;
    const path = join(this.#segment.directory, name);
    let ring: IncomingRing | null;
    try {
      ring = openIncomingRing(this.#libc, path, index, this.#jobs, reception);
    } catch {
      this.#unmapped.add(index);
      return null;
    }
    if (ring === null) this.#mailbox.releaseRing(index);
    else {
      this.#loans.borrow(ring);
      this.#incoming.set(index, ring);
    }
    return ring;
  }

  /** What could not be mapped is tried again: rings here, and in sight of them whole jobs. */
  #tryAgain(): void {
    for (const index of this.#unmapped) this.#mailbox.raiseNews(index);
    this.#unmapped.clear();
    if (this.#jobs.lacksSome) this.#mailbox.raiseNews(BOARD_NEWS);
  }

  /** Takes a ring from among those that are looked at by themselves. */
  #cool(ring: IncomingRing): void {
    const place = this.#hot.indexOf(ring);
    if (place >= 0) this.#hot.splice(place, 1);
  }

  /** Gives back the rings of a process that is gone. */
  #forget(from: ProcessId): void {
    for (const ring of this.#incoming.values()) {
      if (ring.from !== from) continue;
      this.#cool(ring);
      ring.broken = true;
      this.#incoming.delete(ring.index);
      this.#mailbox.releaseRing(ring.index);
      ring.file.close();
    }
  }

  #readBoard(): void {
    this.#onBoardNews();
    if (this.#mailbox.takeLostJobs()) this.#jobs.markRemoved();
    const ended = this.#jobs.takeEnded();
    for (const { id, end } of ended) {
      this.#drainAll(id);
      this.#reception?.(id).ended(end === GONE && this.#hasLeft(id) ? LEFT : end);
      this.#forget(id);
    }
    if (ended.length > 0) this.#jobs.letGo();
  }

  /** Whether a process has said in its ring that it leaves in good order. */
  #hasLeft(from: ProcessId): boolean {
    for (const ring of this.#incoming.values()) if (ring.from === from && hasLeft(ring.file)) return true;
    return false;
  }

  /** Everything that a process had written before it ended. */
  #drainAll(from: ProcessId): void {
    this.#mailbox.takeNews((index) => {
      if (index === BOARD_NEWS) this.#mailbox.raiseNews(BOARD_NEWS);
      else if (index !== ROOM_NEWS) this.#heat(index);
    });
    for (const ring of this.#incoming.values()) {
      if (ring.from === from) while (this.#drain(ring) > 0);
    }
  }
}
