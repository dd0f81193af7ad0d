/**
 * An append-only file of everything that a master has received, in its order: what is lost in a crash of the master is at most
 * what nobody was told of as stored. Records are written in batches: while one is on its way to the disk, the next
 * gathers.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { MPIError } from '../../index.ts';
import type { StoreNote, StoreRecord, UpdateStore } from '../stream/update-store.ts';
import { BufferPool } from '../update/buffer-pool.ts';
import { FrameEncoder } from '../update/frame-encoder.ts';
import { BYE } from '../update/frame-kinds.ts';
import { JournalBatch, type Stored } from './journal-batch.ts';
import { FILE_MAGIC, FRAME_RECORD, SESSION_RECORD } from './journal-format.ts';
import { noteFrame } from './journal-notes.ts';
import { JournalScan } from './journal-scan.ts';
import { storeError } from './store-errors.ts';
import { StoreLock } from './store-lock.ts';

export interface JournalOptions {
  /**
   * When records count as stored. `'disk'`, by default: they are on the disk (fdatasync after each batch), and survive a power
   * cut. `'system'`: they are written, and survive the end of this process.
   */
  readonly durability?: 'disk' | 'system';
  /**
   * From one batch to the next at least, on its way to the disk: 50 milliseconds by default, and at once where much has gathered. Each
   * fdatasync costs the processor more than all the records of a quiet stream.
   */
  readonly gatherMs?: number;
  /** Where more waits to be written the master receives nothing: 64 MiB by default. */
  readonly pendingBytesMax?: number;
}

/** What was found in a journal that was there already. */
export interface JournalRecovery {
  /** Whole records. */
  readonly records: number;
  /** Bytes of a torn record that were cut off; 0 after a good end. */
  readonly cutBytes: number;
}

const NOBODY: Stored = () => undefined;
/** Records that are worth a batch of their own. */
const GATHERED_BYTES = 2 ** 20;

/**
 * Opens a journal for writing, a new one or one to go on with; a torn end, as a killed master leaves it, is cut off.
 *
 * ```ts
 * const journal = await openJournal('run7.journal');
 * if (journal.recovery.cutBytes > 0) console.log(`cut ${journal.recovery.cutBytes} torn bytes`);
 * await using stream = openStream(MPI.COMM_WORLD, { stores: [journal] });
 * ```
 *
 * @throws {MPIError} MPI_ERR_IO where the file cannot be opened, is no journal, or is damaged before its end; MPI_ERR_FILE_IN_USE
 *   where a process writes to it already, this one or another.
 */
export async function openJournal(path: string, options: JournalOptions = {}): Promise<Journal> {
  const file = await open(path, 'a+').catch((error: unknown) => {
    throw storeError(`open journal "${path}"`, error);
  });
  let lock: StoreLock | null = null;
  try {
    // A device has no past, and nothing beside it.
    const isFile = (await file.stat()).isFile();
    if (isFile) lock = StoreLock.take(path);
    const recovery = isFile ? await recover(file, path) : await begin(file, 0);
    return new Journal(file, path, recovery, options, lock);
  } catch (error) {
    lock?.release();
    await file.close();
    throw storeError(`open journal "${path}"`, error);
  }
}

async function begin(file: FileHandle, cutBytes: number): Promise<JournalRecovery> {
  await file.write(FILE_MAGIC);
  return { records: 0, cutBytes };
}

async function recover(file: FileHandle, path: string): Promise<JournalRecovery> {
  const { size } = await file.stat();
  if (size < FILE_MAGIC.byteLength) {
    const { buffer } = await file.read(new Uint8Array(FILE_MAGIC.byteLength), 0, size, 0);
    if (Buffer.compare(buffer.subarray(0, size), FILE_MAGIC.subarray(0, size)) !== 0)
      throw new MPIError('MPI_ERR_IO', `Cannot open journal "${path}": the file is none`);
    await file.truncate(0);
    return begin(file, size);
  }
  const scan = await JournalScan.open(path);
  try {
    let records = 0;
    while ((await scan.next()) !== undefined) records += 1;
    const damage = await scan.damage();
    if (damage !== undefined)
      throw new MPIError(
        'MPI_ERR_IO',
        `Cannot write on in journal "${path}": it is damaged at byte ${damage.at} (${damage.reason}), and goes on at byte ${damage.until}; export it with skipDamage (--skip-damage), and begin another one`,
      );
    const { at, rest } = scan.end;
    if (rest > 0) await file.truncate(at);
    return { records, cutBytes: rest };
  } finally {
    await scan.close();
  }
}

export class Journal implements UpdateStore {
  readonly name: string;
  readonly path: string;
  readonly recovery: JournalRecovery;
  readonly #file: FileHandle;
  readonly #lock: StoreLock | null;
  readonly #syncs: boolean;
  readonly #pendingBytesMax: number;
  readonly #gatherMs: number;
  readonly #notes = new FrameEncoder(new BufferPool());
  #gathering = new JournalBatch();
  /** Empty, for when the other one is written. */
  #resting = new JournalBatch();
  #pendingBytes = 0;
  #writing: Promise<void> | null = null;
  #writtenAt = -Infinity;
  /** Ends the wait for more to gather. */
  #endWait: (() => void) | null = null;
  /** Somebody waits for what has gathered. */
  #isUrgent = false;
  #failure: MPIError | null = null;
  #closing: Promise<void> | null = null;

  constructor(
    file: FileHandle,
    path: string,
    recovery: JournalRecovery,
    options: JournalOptions,
    lock: StoreLock | null = null,
  ) {
    this.#file = file;
    this.#lock = lock;
    this.path = path;
    this.name = `journal "${path}"`;
    this.recovery = recovery;
    this.#syncs = (options.durability ?? 'disk') === 'disk';
    this.#pendingBytesMax = options.pendingBytesMax ?? 2 ** 26;
    this.#gatherMs = this.#syncs ? (options.gatherMs ?? 50) : 0;
    this.#add({ client: 0, type: SESSION_RECORD, receivedAt: 0, length: 0 }, new Uint8Array(0), null, NOBODY);
  }

  /** Bytes that are not written yet. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  append({ client, frame, buffer, receivedAt }: StoreRecord, stored: Stored): Promise<void> | undefined {
    const { bytes } = frame;
    this.#add(
      { client: client.id, type: FRAME_RECORD, receivedAt, length: bytes.byteLength },
      bytes,
      buffer,
      stored,
    );
    // It waits to hear that all is stored.
    if (frame.kind === BYE) this.#hurry();
    return this.#pendingBytes > this.#pendingBytesMax ? this.#untilRoom() : undefined;
  }

  /** What the master itself has found out about a client. */
  note(event: StoreNote, at: number): void {
    const noted = noteFrame(this.#notes, event, at);
    if (noted === undefined) return;
    const { client, buffer } = noted;
    const { bytes } = buffer;
    this.#add({ client, type: FRAME_RECORD, receivedAt: at, length: bytes.byteLength }, bytes, null, NOBODY);
    buffer.release();
  }

  /** Resolves when everything that was appended is stored. */
  async flush(): Promise<void> {
    this.#hurry();
    while (this.#writing !== null) await this.#writing;
    if (this.#failure !== null) throw this.#failure;
  }

  close(): Promise<void> {
    this.#closing ??= this.flush().finally(() => this.#end());
    return this.#closing;
  }

  async #end(): Promise<void> {
    try {
      await this.#file.close();
    } finally {
      this.#lock?.release();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #add(
    head: Parameters<JournalBatch['add']>[0],
    frame: Uint8Array,
    buffer: StoreRecord['buffer'] | null,
    stored: Stored,
  ): void {
    if (this.#closing !== null)
      this.#failure ??= new MPIError('MPI_ERR_IO', `Cannot write to ${this.name}: it is closed`);
    if (this.#failure !== null) return stored(this.#failure);
    this.#gathering.add(head, frame, buffer, stored);
    this.#pendingBytes += frame.byteLength;
    if (this.#gathering.bytes >= GATHERED_BYTES) this.#hurry();
    this.#writing ??= this.#write().finally(() => (this.#writing = null));
  }

  async #untilRoom(): Promise<void> {
    while (this.#writing !== null && this.#pendingBytes > this.#pendingBytesMax / 2) await this.#writing;
  }

  async #write(): Promise<void> {
    // What is sent in the same turn goes into the same batch.
    await Promise.resolve();
    while (!this.#gathering.isEmpty) {
      await this.#gather();
      this.#writtenAt = performance.now();
      this.#isUrgent = false;
      const batch = this.#gathering;
      this.#gathering = this.#resting;
      const error = this.#failure ?? (await this.#writeBatch(batch));
      this.#failure ??= error;
      this.#pendingBytes = this.#gathering.bytes;
      batch.finish(error);
      this.#resting = batch;
    }
  }

  /** Waits until the last batch is some time ago, or there is enough for the next one. */
  async #gather(): Promise<void> {
    const wait = this.#writtenAt + this.#gatherMs - performance.now();
    if (wait <= 0 || this.#isUrgent) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, wait);
      this.#endWait = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#endWait = null;
  }

  #hurry(): void {
    this.#isUrgent = true;
    this.#endWait?.();
  }

  async #writeBatch(batch: JournalBatch): Promise<MPIError | null> {
    try {
      await this.#writeAll(batch.parts());
      if (this.#syncs) await this.#file.datasync();
      return null;
    } catch (error) {
      return storeError(`write to ${this.name}`, error);
    }
  }

  async #writeAll(parts: readonly Uint8Array[]): Promise<void> {
    let left = [...parts];
    while (left.length > 0) {
      let { bytesWritten } = await this.#file.writev(left.slice(0, PARTS_MAX));
      // A disk that fills up takes a part, and says why at the next try.
      while (left[0] !== undefined && bytesWritten >= left[0].byteLength) {
        bytesWritten -= left[0].byteLength;
        left = left.slice(1);
      }
      if (left[0] !== undefined && bytesWritten > 0) left[0] = left[0].subarray(bytesWritten);
    }
  }
}

/** IOV_MAX is 1024. */
const PARTS_MAX = 512;
