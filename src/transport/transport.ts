/**
 * The contract of a transport: frames go from process to process, in order for each pair, without loss. The engine
 * sees nothing else of the outside. Every implementation passes the same suite (test/transport/compliance.ts).
 *
 * - A channel never blocks and never queues: what does not fit is refused, and the engine tries again after a poll.
 * - `poll` never blocks. It hands over what has arrived, a bounded number of frames at a time.
 * - A process is told of a peer's end only after every frame that the peer had sent (`ended` comes last).
 * - Sleeping never loses a wake-up: what arrives while a process goes to sleep wakes it, and so does room in a channel
 *   that had none.
 */
import type { ProcessId } from '../model/process-id.ts';
import type { ControlKind, Frame, MessageKind, PartKind } from '../wire/frame.ts';
import type { CommonBlocks } from './common-block.ts';

/** Data of this process that a peer may copy by itself. */
export interface Loan {
  /** From 1 on. */
  readonly number: number;
  /** Bytes that the peer had copied when it asked for the rest. */
  readonly copied: number;
  /** Copies a part in the peer's place, where the peer is just copying; true where it did. */
  help(): boolean;
  /** Takes the data back; false where the peer has begun to copy. */
  takeBack(): boolean;
  /** The peer does not copy any more. */
  end(): void;
}

/** The way from this process to one peer. */
export interface Channel {
  /** The most data that one frame takes. */
  readonly fragmentBytes: number;
  /** False where there is no room now; then nothing was written. */
  pushMessage(
    kind: MessageKind,
    elementType: number,
    source: number,
    contextHigh: number,
    contextLow: number,
    tag: number,
    length: number,
    id: number,
    data: Uint8Array,
    start: number,
    size: number,
  ): boolean;
  pushPart(kind: PartKind, id: number, data: Uint8Array, start: number, size: number): boolean;
  pushControl(kind: ControlKind, id: number, value: number): boolean;
  /**
   * Lends the data of a request that is to be pushed next, with the loan's number as its `start`: the peer may copy it from
   * where it lies. Null, or no such method, where that is not possible now.
   */
  lend?(request: number, data: Uint8Array): Loan | null;
  /** The peer is gone: gives back what the way to it held. Nothing is pushed afterwards. */
  close(): void;
}

/** How a peer ended. */
export interface PeerEnd {
  /** True where it left in good order: it finalised, or its process ended well. */
  readonly orderly: boolean;
  /** For messages, e.g. `was killed by SIGKILL`. */
  readonly description: string;
}

/** Where the frames of one peer go. */
export interface Inbound {
  frame(frame: Frame): void;
  /** The peer broke the rules of the wire; nothing more is read from it. */
  malformed(description: string): void;
  /** The peer is gone, and everything that it had sent was handed over. */
  ended(end: PeerEnd): void;
}

/** Tells a transport where the frames of a peer go; asked once for each. */
export type Reception = (from: ProcessId) => Inbound;

export interface Transport {
  readonly name: string;
  /** True where the processes that it leads to are on other hosts, and share no memory with this one. */
  readonly remote?: boolean;
  /** Memory in common with the processes that it leads to, where there can be any. */
  readonly common?: CommonBlocks;
  /** True where this transport leads to the process. */
  reaches(peer: ProcessId): boolean;
  /** Called once, before anything else. */
  start(reception: Reception): void;
  /** From now on the peer's end is told (`ended`), also where nothing is ever sent there. */
  watch(peer: ProcessId): void;
  /** The way to a peer; the engine asks once for each. Throws an MPIError where it cannot be made. */
  open(peer: ProcessId): Channel;
  /** Hands over what has arrived; true where there was anything. */
  poll(): boolean;
  /** True where this transport could still bring something while this thread is blocked. */
  readonly wakesBlockedThread: boolean;
  /** Blocks the thread until something has probably arrived, or the time is over. */
  sleep(timeoutMs: number): void;
  /** Calls `wake` once from the event loop when something has probably arrived, unless `disarm` comes first. */
  arm(wake: () => void): void;
  disarm(): void;
  /** Whether a process that has nothing else to do stays for what this transport may bring. */
  holdProcess(hold: boolean): void;
  close(): void;
}
