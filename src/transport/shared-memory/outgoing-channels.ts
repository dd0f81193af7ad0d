/** The ways from this process to others: a ring for each, made when it is first asked for, and marked when this process leaves. */
import { jobOf, jobRankOf, type ProcessId } from '../../model/process-id.ts';
import type { Libc } from '../../system/libc.ts';
import type { KnownJobs } from './known-jobs.ts';
import { jobOver, makeOutgoingRing, type OutgoingRing } from './outgoing-ring.ts';
import { WRITER_MEMORY } from './ring-layout.ts';
import type { RingLoans } from './ring-loans.ts';
import { RingWriter } from './ring-writer.ts';
import { SharedMemoryChannel } from './shared-memory-channel.ts';

export class OutgoingChannels {
  readonly #libc: Libc;
  readonly #self: ProcessId;
  readonly #jobs: KnownJobs;
  readonly #loans: RingLoans;
  readonly #open = new Set<SharedMemoryChannel>();

  constructor(libc: Libc, self: ProcessId, jobs: KnownJobs, loans: RingLoans) {
    this.#libc = libc;
    this.#self = self;
    this.#jobs = jobs;
    this.#loans = loans;
  }

  /** Throws where the process' job is over, where too many write to it already, or there is no memory for a ring. */
  open(peer: ProcessId): SharedMemoryChannel {
    const rank = jobRankOf(peer);
    const segment = this.#jobs.of(peer)?.segment;
    if (segment === undefined) throw jobOver(peer);
    const writer = { job: jobOf(this.#self), rank: jobRankOf(this.#self) };
    let ring: OutgoingRing;
    try {
      ring = makeOutgoingRing(this.#libc, segment, rank, writer, (made) =>
        this.#loans.show(made, WRITER_MEMORY),
      );
    } catch (error) {
      // Its directory has just gone: it was the last that its job did.
      throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? jobOver(peer) : error;
    }
    const { file, index } = ring;
    segment.notify(rank, index);
    const end = new RingWriter(file, segment.ringBytes);
    const channel = new SharedMemoryChannel(file, end, segment, rank, index, this.#loans.lender(file));
    for (const earlier of this.#open) if (earlier.closed) this.#open.delete(earlier);
    this.#open.add(channel);
    return channel;
  }

  /** This process leaves in good order: who reads its rings when nothing else is left of it knows that. */
  leave(): void {
    for (const channel of this.#open) channel.leave();
    this.#open.clear();
  }
}
