/** A send and a receive at once, which cannot deadlock (MPI-4.1 §3.10); the two envelopes have nothing in common. */
import type { Operation } from '../engine/operation.ts';
import type { Message, Status } from '../engine/request.ts';
import { outcome, runBlocking, type Steps } from '../engine/task.ts';
import type { WaitingVerb } from '../engine/wait-description.ts';
import { MPIError } from '../errors/mpi-error.ts';
import { PROC_NULL } from '../model/constants.ts';
import type { BufferLike } from '../wire/element-type.ts';
import { bufferType, bytesIn } from './buffer-type.ts';
import { checkSource, type Endpoint } from './endpoint.ts';
import { receive, receiveInto } from './receive.ts';
import { send } from './send.ts';

/** Both directions, under way. */
class Exchange<T> {
  readonly #endpoint: Endpoint;
  readonly #sending: Operation<void>;
  readonly #receiving: Operation<T>;

  constructor(endpoint: Endpoint, sending: Operation<void>, receiving: Operation<T>) {
    this.#endpoint = endpoint;
    this.#sending = sending;
    this.#receiving = receiving;
  }

  /** Both as one operation, whose result and status are the receive's. */
  request(): Operation<T> {
    return this.#endpoint.engine.start(this.#steps(), this.#receiving, null, this.#verb());
  }

  /** Waits with a blocked thread. */
  wait(): T {
    return runBlocking(this.#endpoint.engine.driver, this.#steps(), this.#verb());
  }

  #verb(): WaitingVerb {
    return { verb: 'sendrecv', label: this.#endpoint.context.label };
  }

  *#steps(): Steps<T> {
    try {
      yield* outcome(this.#sending);
    } catch (error) {
      this.#receiving.withdraw(error);
      throw error;
    }
    return yield* outcome(this.#receiving);
  }
}

// The send comes second to nothing but the checks of the receive: what is thrown leaves neither of them behind.

export function exchange(
  endpoint: Endpoint,
  data: unknown,
  dest: number,
  sendTag: number,
  source: number,
  recvTag: number,
): Exchange<Message> {
  checkSource(endpoint, 'receive', source, recvTag);
  const sending = send(endpoint, data, dest, sendTag, false);
  return new Exchange(endpoint, sending, receive(endpoint, source, recvTag));
}

export function exchangeInto(
  endpoint: Endpoint,
  data: BufferLike,
  dest: number,
  sendTag: number,
  buffer: BufferLike,
  source: number,
  recvTag: number,
): Exchange<Status> {
  checkSource(endpoint, 'receive', source, recvTag);
  const from = bytesIn(endpoint, data, bufferType(endpoint, data, 'send'), 'send');
  const to = bytesIn(endpoint, buffer, bufferType(endpoint, buffer, 'receive'), 'receive');
  if (dest !== PROC_NULL && source !== PROC_NULL) checkApart(endpoint, from, to);
  const sending = send(endpoint, data, dest, sendTag, false);
  return new Exchange(endpoint, sending, receiveInto(endpoint, buffer, source, recvTag));
}

/** Throws where the buffers share memory: what comes in would be written over what is still to be sent. */
function checkApart({ context }: Endpoint, from: Uint8Array, to: Uint8Array): void {
  if (from.buffer !== to.buffer) return;
  if (from.byteOffset >= to.byteOffset + to.length || to.byteOffset >= from.byteOffset + from.length) return;
  throw new MPIError(
    'MPI_ERR_BUFFER',
    `Cannot send and receive at once on ${context.label()}: the send buffer (${rangeOf(from)}) and the receive buffer (${rangeOf(to)} of the same memory) overlap; give two that lie apart`,
  );
}

const rangeOf = ({ byteOffset, length }: Uint8Array): string =>
  `bytes ${String(byteOffset)}..${String(byteOffset + length - 1)}`;
