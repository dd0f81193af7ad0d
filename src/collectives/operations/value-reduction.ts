/**
 * A reduction of values at one end of a communicator: what a process gives, takes and combines. What goes wrong here (the
 * operation throws, or its result cannot be sent) is trouble as it is with elements (notices.ts): the process goes on to the
 * end, sends notices, and settles then. What has come since is not combined any more, for nobody gets the result.
 */
import type { Operation } from '../../engine/operation.ts';
import type { Payload } from '../../engine/receive-payload.ts';
import { outcome, type Steps } from '../../engine/task.ts';
import { NO_PAYLOAD, payloadOf, receivePayload, valueOf } from '../../p2p/payload.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { give, noteNotice, noteTrouble } from '../notices.ts';
import type { Operator } from './op.ts';

export class ValueReduction {
  readonly endpoint: CollectiveEndpoint;
  readonly operator: Operator;
  readonly tag: number;
  readonly #verb: string;

  constructor(endpoint: CollectiveEndpoint, verb: string, operator: Operator, tag: number) {
    this.endpoint = endpoint;
    this.#verb = verb;
    this.operator = operator;
    this.tag = tag;
  }

  get inTrouble(): boolean {
    const { troubles } = this.endpoint;
    return troubles.size > 0 && troubles.has(this.tag);
  }

  /** Starts to send a value that this process owes. */
  give(value: unknown, dest: number): Operation<void> {
    return give(this.endpoint, this.#encoded(value), dest, this.tag);
  }

  /** Waits for the value of another process; undefined in trouble. */
  *take(source: number): Steps<unknown> {
    return this.read(yield* outcome(receivePayload(this.endpoint, source, this.tag)));
  }

  /** The value that has come, or undefined where it is a notice. */
  read(payload: Payload): unknown {
    if (noteNotice(this.endpoint, this.#verb, this.tag, payload)) return undefined;
    try {
      return valueOf(this.endpoint, payload);
    } catch (error) {
      noteTrouble(this.endpoint, this.tag, error);
      return undefined;
    }
  }

  /** a∘b, where a comes from the lower ranks; undefined in trouble. */
  combine(a: unknown, b: unknown): unknown {
    if (this.inTrouble) return undefined;
    try {
      return this.operator.combine(a, b);
    } catch (error) {
      noteTrouble(this.endpoint, this.tag, error);
      return undefined;
    }
  }

  #encoded(value: unknown): Payload {
    if (this.inTrouble) return NO_PAYLOAD;
    try {
      return payloadOf(this.endpoint, value);
    } catch (error) {
      noteTrouble(this.endpoint, this.tag, error);
      return NO_PAYLOAD;
    }
  }
}
