/**
 * The memory that the members of a communicator have in common, as one of them sees it: what everybody has to say lies there once,
 * and everybody reads it where it lies.
 *
 * Every member goes through the same stages. It puts what it has into its line or slot of the next stage, and publishes the
 * stage; whoever needs it waits until the member has reached that stage. Who has published a stage has done with the data of
 * all members' earlier stages. So
 *
 *     the slot of stage s is free       when everybody has reached s − 1    (there are two)
 *     the line of stage s is free       when everybody has reached s − 7    (there are eight)
 *
 * A collective takes at least one stage. Its first one carries the call: with what tag, verb, root, operation, kind of elements and
 * length this member came. Where one takes more stages than that, every member first compares the calls of all, and goes on
 * only where they agree; so everybody takes the same number of stages, whatever the program does wrong.
 *
 * Where all members can read each other's memory, long data need not lie there: its stage says where it does (lent-data.ts), and it is the
 * only one that its owner may not touch before everybody has reached the next stage.
 *
 * Nothing that lies there is believed but for numbers: a member can spoil the data that it gives, and its own communicator. A place where data is said to lie is read
 * in the memory of the process that says so, by a call of the system that fails where there is nothing.
 */
import { type CommonBlock, CommonWait } from '../../engine/common-wait.ts';
import { peerGone } from '../../engine/failures.ts';
import type { Steps } from '../../engine/task.ts';
import type { Endpoint } from '../../p2p/endpoint.ts';
import { copyBytes, LOOP_BYTES_MAX } from '../../wire/copy-bytes.ts';
import { elementBytes, type TypedArray, typedArrayOver } from '../../wire/element-type.ts';
import { VectorLoops } from '../operations/vector-loops.ts';
import {
  CALL_WORDS,
  commonBytes,
  INLINE_BYTES,
  lineAt,
  LINES_EACH,
  SLEEPERS_WORD,
  sleepWord,
  slotAt,
} from './common-layout.ts';
import { LentData } from './lent-data.ts';
import { ALL, StageCondition } from './stage-condition.ts';

/** A power of two. */
const VIEWS_MAX = 32;
/** Looks before a wait becomes an operation. */
const LOOKS = 128;
/** Elsewhere an atomic load follows the ordinary one that has found something. */
const LOADS_ARE_ORDERED = process.arch === 'x64';

/** What a member has come with, in words that must be the same at all. */
export interface Call {
  readonly tag: number;
  /** Verb, root, operation, kind of elements. */
  readonly what: number;
  readonly bytes: number;
}

export class CommonMemory {
  readonly rank: number;
  readonly size: number;
  readonly bytes: Uint8Array;
  /** Loops over the elements that lie here; null where WebAssembly does not see this memory. */
  readonly vectors: VectorLoops | null;
  readonly lent: LentData;
  readonly #words: Int32Array;
  readonly #block: CommonBlock;
  readonly #endpoint: Endpoint;
  /** The stage that this member has published last. */
  #stage = 0;
  /** The latest stage that each was seen at. */
  readonly #seen: Int32Array;
  /** A stage that everybody has reached. */
  #allReached = 0;
  /** By kind: all of the memory as elements. */
  readonly #elements: (TypedArray | undefined)[] = [];
  /** Views of parts that were read lately: short data comes to the same places again and again. */
  readonly #views: (Uint8Array | undefined)[] = [];

  constructor(endpoint: Endpoint, block: CommonBlock) {
    this.rank = endpoint.rank;
    this.size = endpoint.peers.length;
    this.bytes = new Uint8Array(block.memory);
    this.vectors = block.vectors === null ? null : new VectorLoops(block.vectors);
    this.#words = new Int32Array(block.memory);
    this.#block = block;
    this.#endpoint = endpoint;
    this.#seen = new Int32Array(this.size);
    this.lent = new LentData(this, block.loans);
  }

  /** The stage that comes next. */
  get next(): number {
    return (this.#stage + 1) | 0;
  }

  /** Where the data of a member's stage begins, which is so long; that of a long stage in its slot. */
  placeOf(member: number, stage: number, bytes: number): number {
    return bytes <= INLINE_BYTES ? lineAt(member, stage) + 4 * CALL_WORDS : slotAt(this.size, member, stage);
  }

  /** Where a member's slot of a stage begins. */
  slotOf(member: number, stage: number): number {
    return slotAt(this.size, member, stage);
  }

  /** Where the results of a stage begin. */
  resultsOf(stage: number): number {
    return slotAt(this.size, this.size, stage);
  }

  /** Where the slot of this process's own begins, which is there with {@link vectors}. */
  get ownAt(): number {
    return commonBytes(this.size);
  }

  /** All of the memory as elements of this type. */
  elements(type: number): TypedArray {
    return this.#elements[type] ?? this.#newElements(type);
  }

  /** Copies what lies here `from` on to all of `target`. */
  copyTo(target: Uint8Array, from: number): void {
    if (target.length <= LOOP_BYTES_MAX) copyBytes(this.bytes, from, target.length, target, 0);
    else target.set(this.#viewOf(from, target.length));
  }

  /** Waits until data of so many bytes can be put into the next stage. */
  *room(bytes: number): Steps<void> {
    const before = this.#stageBefore(bytes);
    if (!this.haveAllReached(before)) yield* this.untilAll(before);
  }

  /** The same with the thread blocked. */
  blockForRoom(bytes: number, verb: string): void {
    const before = this.#stageBefore(bytes);
    if (!this.haveAllReached(before)) this.blockUntilAll(before, verb);
  }

  /** Puts data into the next stage's place, as long as {@link room} was asked for. */
  put(source: Uint8Array, start: number, size: number): void {
    copyBytes(source, start, size, this.bytes, this.placeOf(this.rank, this.next, size));
  }

  /** Reaches the next stage: what was put there is there for the others. The first one of a collective carries its call. Which stage it is. */
  publish(call: Call | null): number {
    const words = this.#words;
    const stage = this.next;
    const line = lineAt(this.rank, stage) >> 2;
    if (call !== null) {
      words[line + 1] = call.tag;
      words[line + 2] = call.what;
      words[line + 3] = call.bytes;
    }
    this.#stage = stage;
    this.#seen[this.rank] = stage;
    Atomics.store(words, line, stage);
    if (Atomics.load(words, SLEEPERS_WORD) !== 0) this.#wakeWhoSleeps();
    return stage;
  }

  /** The call that a member's stage carries. */
  callOf(member: number, stage: number): Call {
    const line = lineAt(member, stage) >> 2;
    const words = this.#words;
    return { tag: words[line + 1]!, what: words[line + 2]!, bytes: words[line + 3]! >>> 0 };
  }

  /** Whether a member has come with the same call. */
  comesWith(member: number, stage: number, { tag, what, bytes }: Call): boolean {
    const line = lineAt(member, stage) >> 2;
    const words = this.#words;
    return words[line + 1] === tag && words[line + 2] === what && words[line + 3] === (bytes | 0);
  }

  hasReached(member: number, stage: number): boolean {
    if (((this.#seen[member]! - stage) | 0) >= 0) return true;
    const line = lineAt(member, stage) >> 2;
    const found = this.#words[line]!;
    if (((found - stage) | 0) < 0) return false;
    this.#seen[member] = LOADS_ARE_ORDERED ? found : Atomics.load(this.#words, line);
    return true;
  }

  haveAllReached(stage: number): boolean {
    if (((this.#allReached - stage) | 0) >= 0) return true;
    for (let member = 0; member < this.size; member++) if (!this.hasReached(member, stage)) return false;
    this.#allReached = stage;
    return true;
  }

  /** Waits until a member has reached a stage. */
  *until(member: number, stage: number): Steps<void> {
    for (let looks = 0; looks < LOOKS; looks++) if (this.hasReached(member, stage)) return;
    yield* this.#wait(new StageCondition(this, this.#words, member, stage));
  }

  /** The same for everybody. */
  *untilAll(stage: number): Steps<void> {
    for (let looks = 0; looks < LOOKS; looks++) if (this.haveAllReached(stage)) return;
    yield* this.#wait(new StageCondition(this, this.#words, ALL, stage));
  }

  /** The same two with the thread blocked, in the name of `verb`. */
  blockUntil(member: number, stage: number, verb: string): void {
    for (let looks = 0; looks < LOOKS; looks++) if (this.hasReached(member, stage)) return;
    this.#waitBlocked(new StageCondition(this, this.#words, member, stage), verb);
  }

  blockUntilAll(stage: number, verb: string): void {
    for (let looks = 0; looks < LOOKS; looks++) if (this.haveAllReached(stage)) return;
    this.#waitBlocked(new StageCondition(this, this.#words, ALL, stage), verb);
  }

  close(): void {
    this.#block.close();
  }

  #newElements(type: number): TypedArray {
    const { buffer, byteLength } = this.bytes;
    const elements = typedArrayOver(type, buffer, 0, byteLength / elementBytes(type));
    this.#elements[type] = elements;
    return elements;
  }

  #viewOf(from: number, bytes: number): Uint8Array {
    const place = ((from >> 6) ^ (from >> 17)) & (VIEWS_MAX - 1);
    const known = this.#views[place];
    if (known?.length === bytes && known.byteOffset === from) return known;
    const view = this.bytes.subarray(from, from + bytes);
    this.#views[place] = view;
    return view;
  }

  #stageBefore(bytes: number): number {
    return (this.next - (bytes <= INLINE_BYTES ? LINES_EACH - 1 : 1)) | 0;
  }

  *#wait(condition: StageCondition): Steps<void> {
    const wait = this.#operation(condition);
    if (!wait.done) yield wait;
    wait.take();
  }

  #waitBlocked(condition: StageCondition, verb: string): void {
    const { engine, context } = this.#endpoint;
    if (engine.driver.pollAwake(condition)) return;
    const wait = this.#operation(condition);
    if (!wait.done) engine.driver.block(wait, { verb, label: context.label });
    wait.take();
  }

  #operation(condition: StageCondition): CommonWait {
    const { engine, context, peers } = this.#endpoint;
    const wait = new CommonWait(engine.driver, context, engine.common!, condition);
    if (wait.look()) return wait;
    // Of what happens from now on it hears.
    if (context.broken !== null) wait.fail(context.broken);
    for (const [member, { end }] of peers.entries())
      if (end !== null && condition.waitsFor(member)) wait.fail(peerGone(context, member, end));
    return wait;
  }

  #wakeWhoSleeps(): void {
    for (let member = 0; member < this.size; member++) {
      if (member === this.rank) continue;
      if (Atomics.load(this.#words, sleepWord(member)) !== this.rank + 1) continue;
      this.#block.wake(this.#endpoint.peers[member]!.id);
    }
  }
}
