/**
 * Reads a journal from its start, record by record, and says where and why it stops being one. A process that is killed while
 * it writes leaves a torn record at the end, and nothing else: damage with a whole record behind it has another cause.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { MPIError } from '../../index.ts';
import {
  FILE_MAGIC,
  hasItsChecksum,
  readRecordHead,
  RECORD_HEAD_BYTES,
  RECORD_MAGIC,
  type RecordHead,
} from './journal-format.ts';
import { storeError } from './store-errors.ts';

export interface JournalRecord extends RecordHead {
  /** Where the record begins in the file. */
  readonly at: number;
  /** Valid until the next record is asked for; its memory is aligned. */
  readonly frame: Uint8Array<ArrayBuffer>;
}

export interface JournalEnd {
  /** What precedes is whole. */
  readonly at: number;
  /** Bytes behind it. */
  readonly rest: number;
  /** Undefined where the file ends with a whole record. */
  readonly torn: string | undefined;
  /** Bytes before it of which nothing could be made, and that were passed over ({@link ReplayOptions.skipDamage}). */
  readonly passedOver: number;
}

/** Bytes that are no records, with a whole one behind them: no torn end. */
export interface JournalDamage {
  readonly at: number;
  /** Where the next whole record begins. */
  readonly until: number;
  readonly reason: string;
}

const READ_BYTES = 2 ** 20;
/** No frame is longer, whatever a damaged head says. */
const FRAME_BYTES_MAX = 2 ** 31;

export class JournalScan {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #size: number;
  #memory = new Uint8Array(READ_BYTES);
  /** Of the file, in `#memory`. */
  #from = 0;
  #filled = 0;
  #at = FILE_MAGIC.byteLength;
  #torn: string | undefined = undefined;
  #passedOver = 0;

  private constructor(file: FileHandle, path: string, size: number) {
    this.#file = file;
    this.#path = path;
    this.#size = size;
  }

  /** @throws {MPIError} MPI_ERR_IO where there is no such file, or it is no journal. */
  static async open(path: string): Promise<JournalScan> {
    let file: FileHandle;
    try {
      file = await open(path, 'r');
    } catch (error) {
      throw storeError(`open journal "${path}"`, error);
    }
    const scan = new JournalScan(file, path, (await file.stat()).size);
    const magic = await scan.#bytes(0, FILE_MAGIC.byteLength);
    if (magic !== undefined && Buffer.compare(magic, FILE_MAGIC) === 0) return scan;
    await file.close();
    throw new MPIError('MPI_ERR_IO', `Cannot open journal "${path}": the file is none`);
  }

  /** The next whole record; undefined at the end, whatever its nature. */
  async next(): Promise<JournalRecord | undefined> {
    if (this.#torn !== undefined || this.#at === this.#size) return undefined;
    const record = await this.#recordAt(this.#at);
    if (typeof record === 'string') {
      this.#torn = record;
      return undefined;
    }
    this.#at += RECORD_HEAD_BYTES + record.length;
    return record;
  }

  /** After the last record. */
  get end(): JournalEnd {
    return { at: this.#at, rest: this.#size - this.#at, torn: this.#torn, passedOver: this.#passedOver };
  }

  get path(): string {
    return this.#path;
  }

  /** Why `next` has come to an end before the file's; undefined where nothing whole stands behind, as after a kill. */
  async damage(): Promise<JournalDamage | undefined> {
    if (this.#torn === undefined) return undefined;
    for (let at = this.#at + 8; at + RECORD_HEAD_BYTES <= this.#size; at += 8) {
      const until = await this.#findMagic(at);
      if (until === undefined) return undefined;
      if (typeof (await this.#recordAt(until)) !== 'string')
        return { at: this.#at, until, reason: this.#torn };
      at = until;
    }
    return undefined;
  }

  /** Goes on behind it. */
  passOver({ at, until }: JournalDamage): void {
    this.#passedOver += until - at;
    this.#at = until;
    this.#torn = undefined;
  }

  /** Nothing can be made of a record that was whole. */
  dismiss(record: JournalRecord): void {
    this.#passedOver += RECORD_HEAD_BYTES + record.length;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #recordAt(at: number): Promise<JournalRecord | string> {
    const left = this.#size - at;
    const bytes = await this.#bytes(at, Math.min(RECORD_HEAD_BYTES, left));
    if (bytes === undefined || left < RECORD_HEAD_BYTES) return `${left} bytes are no record`;
    const head = readRecordHead(bytes);
    if (head === undefined) return 'no record begins there';
    if (head.length > left - RECORD_HEAD_BYTES || head.length > FRAME_BYTES_MAX)
      return `a record of ${head.length} bytes ends after ${left - RECORD_HEAD_BYTES}`;
    const whole = await this.#bytes(at, RECORD_HEAD_BYTES + head.length);
    if (whole === undefined) return 'the file ends there';
    const frame = whole.subarray(RECORD_HEAD_BYTES);
    if (!hasItsChecksum(whole, frame)) return 'the checksum does not fit';
    return { ...head, at, frame };
  }

  async #findMagic(from: number): Promise<number | undefined> {
    for (let at = from; at + 8 <= this.#size;) {
      const bytes = await this.#bytes(at, Math.min(READ_BYTES / 2, this.#size - at));
      if (bytes === undefined) return undefined;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let offset = 0; offset + 4 <= bytes.byteLength; offset += 8)
        if (view.getUint32(offset, true) === RECORD_MAGIC) return at + offset;
      at += Math.floor(bytes.byteLength / 8) * 8;
      if (bytes.byteLength < 8) return undefined;
    }
    return undefined;
  }

  /** These bytes of the file, from memory where they are there. Records lie at multiples of 8, and so do reads. */
  async #bytes(at: number, length: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (at < this.#from || at + length > this.#from + this.#filled) {
      if (length > this.#memory.byteLength) this.#memory = new Uint8Array(2 * length);
      this.#from = at;
      this.#filled = 0;
      while (this.#filled < length) {
        const bytesRead = await this.#read(this.#filled, at + this.#filled);
        if (bytesRead === 0) return undefined;
        this.#filled += bytesRead;
      }
    }
    return this.#memory.subarray(at - this.#from, at - this.#from + length);
  }

  async #read(into: number, at: number): Promise<number> {
    try {
      return (await this.#file.read(this.#memory, into, undefined, at)).bytesRead;
    } catch (error) {
      throw storeError(`read journal "${this.#path}"`, error);
    }
  }
}
