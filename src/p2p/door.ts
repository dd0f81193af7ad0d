/**
 * A door: where messages come from processes that share no communicator with this one. A process answers at its own
 * door, and knocks at others'. Who knocks is known by its transport, not by what it says; what it says is taken at
 * once, so that no queue can fill.
 *
 *     knock      any process ── message ──► the door of another
 *     converse   … and waits for the answer, in a context made for it
 */
import { MPIError } from '../errors/mpi-error.ts';
import { copyOf } from '../engine/fresh-bytes.ts';
import type { Engine } from '../engine/engine.ts';
import type { MatchContext } from '../engine/match-context.ts';
import type { Operation } from '../engine/operation.ts';
import { pause } from '../engine/pause.ts';
import { ReceiveValue } from '../engine/receive-value.ts';
import type { Message } from '../engine/request.ts';
import { SendOperation } from '../engine/send-operation.ts';
import { ANY_TAG } from '../model/constants.ts';
import { ContextIds, type ContextId, DOOR } from '../model/context-id.ts';
import { jobOf, type ProcessId } from '../model/process-id.ts';
import { VALUE } from '../wire/element-type.ts';
import { DoorReceive } from './door-receive.ts';

/** The context of the doors of a job's processes. */
const doorOf = (id: ProcessId): ContextId => ContextIds.ofJob(jobOf(id), DOOR);

/** What is done with whoever knocks. It must not throw. */
export type Answering = (from: ProcessId, message: unknown) => void;

/** Opens the door of this process. What comes is answered in its order, and what has come before with the next progress. */
export function openDoor(engine: Engine, answer: Answering): void {
  const { high, low } = doorOf(engine.self);
  const context = engine.contextOf(high, low);
  // It stays, whoever comes and goes.
  context.holders++;
  context.label = () => 'the door of this process';
  new Door(engine, context, answer).wait();
}

class Door {
  readonly #engine: Engine;
  readonly #context: MatchContext;
  readonly #answer: Answering;
  /** Whose long message is on its way: one at a time from each. */
  readonly #talking = new Set<ProcessId>();

  constructor(engine: Engine, context: MatchContext, answer: Answering) {
    this.#engine = engine;
    this.#context = context;
    this.#answer = answer;
  }

  /** Posts receives until one waits: never more than one does. */
  wait(): void {
    const { driver, codec } = this.#engine;
    while (this.#context.broken === null) {
      const receive = new DoorReceive(driver, this.#context, codec, this.#talking);
      // What is whole is taken behind what was whole before it, which may only have been noted so far.
      receive.onEnd = () => driver.whenReady(() => this.#take(receive));
      this.#engine.post(receive);
      if (!receive.posted) continue;
      // Somebody who stops in the middle of a message keeps nobody else out.
      receive.onMatched = () => driver.whenReady(() => this.wait());
      driver.attend();
      return;
    }
  }

  #take(receive: DoorReceive): void {
    const { sender } = receive;
    // What cannot be read is let go by: nobody is harmed but its sender.
    if (!receive.failed && sender !== null) this.#answer(sender, receive.take().data);
  }
}

/** Sends a message to the door of a process: one after the other, as a door takes in one long message of each at a time. */
export function knock(engine: Engine, to: ProcessId, message: unknown): Operation<void> {
  const { driver } = engine;
  const peer = engine.peer(to);
  const send = sendOf(engine, to, doorOf(to), message);
  const earlier = peer.lastKnock;
  peer.lastKnock = send;
  if (earlier === null || earlier.done) peer.outbox.send(send);
  else earlier.afterwards(() => driver.whenReady(() => peer.outbox.send(send)));
  driver.attend();
  return send;
}

/** Answers that wait until the asker takes them; who lets more lie gets no further ones. */
const ANSWERS_MAX = 4096;

/** Answers in the context that somebody has named for it; false where nothing can be said there now. */
export function answerIn(engine: Engine, to: ProcessId, context: ContextId, message: unknown): boolean {
  const { outbox } = engine.peer(to);
  if (outbox.waiting >= ANSWERS_MAX) return false;
  const send = sendOf(engine, to, context, message);
  outbox.send(send);
  engine.driver.attend();
  return !send.failed;
}

/** How long to wait until it is tried again to answer. */
export const ANSWER_AGAIN_MS = 50;
/** Answers to one asker that are tried again at a time. */
const LATE_ANSWERS_MAX = 16;

/** The same, tried again until it can be said, or the asker has ended: there may be no memory for the way to it now. */
export function answerInTheEnd(engine: Engine, to: ProcessId, context: ContextId, message: unknown): void {
  const peer = engine.peer(to);
  if (answerIn(engine, to, context, message) || peer.lateAnswers >= LATE_ANSWERS_MAX) return;
  peer.lateAnswers++;
  const again = (): void => {
    if (peer.end === null && !answerIn(engine, to, context, message)) later();
    else peer.lateAnswers--;
  };
  const later = (): void => {
    pause(engine.driver, engine.clock, ANSWER_AGAIN_MS, again);
  };
  later();
}

function sendOf(engine: Engine, to: ProcessId, { high, low }: ContextId, message: unknown): SendOperation {
  const { driver, codec } = engine;
  // In this order: a longer message gets the codec a longer buffer.
  const size = codec.encode(message);
  const bytes = copyOf(codec.bytes, 0, size);
  return new SendOperation(driver, engine.peer(to).outbox, high, low, 0, 0, VALUE, bytes, false);
}

/** A question that waits for its answer. */
export interface Conversation {
  /** Fails where the other process ends first. */
  readonly answer: Operation<Message>;
  /** What is said after an answer that was none. */
  next(): Operation<Message>;
  /** Must be called in the end, whatever came of it. */
  close(): void;
}

/** Asks a process at its door; the question has to name `replyTo`, where the answer is expected. */
export function converse(
  engine: Engine,
  to: ProcessId,
  replyTo: ContextId,
  label: string,
  question: unknown,
): Conversation {
  const context = engine.contexts.open(replyTo.high, replyTo.low, [engine.peer(to)], () => label, null);
  const next = (): Operation<Message> => {
    const receive = new ReceiveValue(engine.driver, context, 0, ANY_TAG, engine.codec);
    engine.post(receive);
    return receive;
  };
  const answer = next();
  const knocking = knock(engine, to, question);
  if (knocking.failed) answer.withdraw(knocking.failure);
  const over = new MPIError('MPI_ERR_OTHER', 'Cannot go on: the conversation is over');
  return { answer, next, close: () => engine.contexts.release(replyTo, true, () => over) };
}
