/** A master that does what a test says, in place of a communicator: what a client sends to it arrives when the test wants. */
import type { Communicator, Message, Request } from '#index.js';
import { decodeFrame } from '#live/update/frame-decoder.js';
import { Deferred } from '#live/stream/deferred.js';

interface HeldRequest<T> extends Promise<T> {
  done: boolean;
  test(): { readonly value: T } | undefined;
  cancel(): boolean;
}

export class HeldMaster {
  /** Kinds of the frames that the client has sent, one for each message; undefined for what is a part of one. */
  readonly kinds: (number | undefined)[] = [];
  /** Messages of more bytes do not arrive before `arrive` is called. */
  holdsFrom: number = Infinity;
  readonly #held: (() => void)[] = [];
  readonly #words: { readonly deferred: Deferred<Message>; readonly request: HeldRequest<Message> }[] = [];

  readonly #attributes = new Map<unknown, unknown>();

  /** What the client takes for its communicator. */
  get comm(): Communicator {
    return {
      rank: 1,
      name: 'held',
      getAttr: (key: unknown) => this.#attributes.get(key),
      setAttr: (key: unknown, value: unknown) => void this.#attributes.set(key, value),
      send: (bytes: Uint8Array) => this.#take(bytes),
      recv: () => this.#listen(),
    } as unknown as Communicator;
  }

  /** Everything that is held arrives. */
  arrive(): void {
    for (const letIn of this.#held.splice(0)) letIn();
  }

  /** Gives back credits, and answers heartbeats. */
  acknowledge(credits: number, stored: number, heartbeats: number): Promise<void> {
    return this.say(Float64Array.of(credits, stored, heartbeats));
  }

  /** Resolves when the client has heard it. */
  async say(data: unknown): Promise<void> {
    const word = this.#words.shift();
    if (word === undefined) throw new Error('the client does not listen');
    const message = { data } as Message;
    word.request.test = () => ({ value: message });
    word.deferred.resolve(message);
    await this.turn();
  }

  /** Resolves when the client has done all that it can do by now. */
  turn(): Promise<void> {
    return new Promise((resolve) => void setImmediate(resolve));
  }

  #take(bytes: Uint8Array): Request {
    this.kinds.push(kindOf(bytes));
    const { deferred, request } = held<undefined>();
    const arrive = (): void => {
      request.done = true;
      deferred.resolve(undefined);
    };
    if (bytes.byteLength >= this.holdsFrom) this.#held.push(arrive);
    else arrive();
    return request as unknown as Request;
  }

  #listen(): Request<Message> {
    const word = held<Message>();
    word.request.cancel = () => {
      this.#words.splice(this.#words.indexOf(word), 1);
      return true;
    };
    this.#words.push(word);
    return word.request as unknown as Request<Message>;
  }
}

function held<T>(): { readonly deferred: Deferred<T>; readonly request: HeldRequest<T> } {
  const deferred = new Deferred<T>();
  const request = Object.assign(deferred.promise, {
    done: false,
    test: () => undefined,
    cancel: () => true,
  });
  return { deferred, request };
}

function kindOf(bytes: Uint8Array): number | undefined {
  try {
    return decodeFrame(bytes.slice()).kind;
  } catch {
    return undefined;
  }
}
