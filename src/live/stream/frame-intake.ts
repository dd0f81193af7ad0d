/**
 * What a frame means: it changes what is known of its client and of the runs, goes into the stores, and becomes an event
 * where there is something to tell. The same for frames that come by MPI and for those of a journal.
 */
import { MPIError } from '../../index.ts';
import type { PooledBuffer } from '../update/buffer-pool.ts';
import type { Frame } from '../update/frame-decoder.ts';
import { kindName } from '../update/frame-kinds.ts';
import * as kind from '../update/frame-kinds.ts';
import { Update } from '../update/update.ts';
import type { ClientEntry } from './client-entry.ts';
import type { RunLedger } from './run-ledger.ts';

export interface IntakeHost {
  readonly ledger: RunLedger;
  now(): number;
  joined(entry: ClientEntry): void;
  /** It has said bye. */
  left(entry: ClientEntry): void;
}

const OUTSIDE_RUNS: ReadonlySet<number> = new Set([kind.HELLO, kind.HEARTBEAT, kind.BYE]);

/**
 * Takes note of the frame; the update where it is one, which then holds the buffer.
 *
 * @throws {MPIError} where the frame does not follow the ones before it.
 */
export function takeFrame(
  host: IntakeHost,
  entry: ClientEntry,
  frame: Frame,
  buffer: PooledBuffer,
): Update | null {
  const now = host.now();
  const { runs } = entry;
  const isUpdate = frame.kind === kind.DATA;
  if (!entry.greeted && frame.kind !== kind.HELLO)
    throw refusal(entry, `began with a ${kindName(frame.kind)}, not by saying who it is`);
  // Signs of life overtake what waits in the client's queue.
  if (!OUTSIDE_RUNS.has(frame.kind)) runs.note(frame, isUpdate);
  entry.queued = frame.queued;
  if (isUpdate) {
    entry.received += 1;
    entry.updates.add(1, now);
    entry.bytes.add(frame.bytes.byteLength, now);
    entry.lagMs = now - frame.time;
    runs.step = frame.step;
    return new Update(entry.client, frame, buffer, now, host.ledger.enter(entry.id));
  }
  takeControl(host, entry, frame);
  buffer.release();
  return null;
}

function takeControl(host: IntakeHost, entry: ClientEntry, frame: Frame): void {
  const { runs } = entry;
  const { ledger } = host;
  switch (frame.kind) {
    case kind.HELLO:
      return greet(host, entry, frame);
    case kind.BEGIN_RUN:
      ledger.enter(entry.id);
      return ledger.settle();
    case kind.BEGIN_STEP:
      runs.step = frame.step;
      runs.stepsDone = Math.max(runs.stepsDone, frame.step - 1);
      ledger.enter(entry.id);
      return ledger.settle();
    case kind.END_STEP:
      ledger.enter(entry.id);
      runs.stepsDone = Math.max(runs.stepsDone, frame.step);
      runs.step = -1;
      return ledger.settle();
    case kind.END_RUN:
      ledger.enter(entry.id);
      runs.endRun(frame.sequence);
      return ledger.settle();
    case kind.HEARTBEAT:
      return entry.peer.acknowledge(0, entry.stored, 1);
    case kind.BYE:
      return host.left(entry);
    default:
      throw refusal(entry, `has sent a ${kindName(frame.kind)}, which is not for clients to send`);
  }
}

/** Windows beyond it would not bound anything. */
const CREDITS_MAX = 2 ** 20;
const NAME_MAX = 200;

function greet(host: IntakeHost, entry: ClientEntry, frame: Frame): void {
  if (entry.greeted) throw refusal(entry, 'has said twice who it is');
  const { name, credits, creditBytes } = frame.small;
  if (typeof name === 'string' && name !== '')
    entry.runs.client = { id: entry.id, name: name.slice(0, NAME_MAX) };
  if (typeof credits === 'number' && credits >= 1 && credits <= CREDITS_MAX)
    entry.window = Math.floor(credits);
  if (typeof creditBytes === 'number' && creditBytes > 0) entry.windowBytes = creditBytes;
  entry.state = 'live';
  entry.greeted = true;
  host.joined(entry);
}

const refusal = (entry: ClientEntry, what: string): MPIError =>
  new MPIError('MPI_ERR_OTHER', `Cannot go on with ${entry.name}: it ${what}`);
