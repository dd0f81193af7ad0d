/** Receives that combine what comes with what is there: out of every kind of frame, torn elements, giving up, and deaths. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Communicator } from '#api/communicator.js';
import type { Intracommunicator } from '#api/intracommunicator.js';
import { createOp, Operator } from '#collectives/operations/op.js';
import { MINLOC } from '#collectives/operations/pair-operations.js';
import { SUM } from '#collectives/operations/predefined.js';
import type { Operation } from '#engine/operation.js';
import { MPIError } from '#errors/mpi-error.js';
import { ProcessFailedError } from '#errors/process-failed-error.js';
import { receiveCombined } from '#p2p/payload.js';
import { elementTypeOf, type TypedArray } from '#wire/element-type.js';
import { contextOf, makePair } from './pair.ts';

const LIMITS = { eagerBytesMax: 4000, eagerBudget: 10_000, requestsMax: 5 };
const REASON = new Error('had enough');
const MINUS = createOp((a: number, b: number) => a - b, { name: 'minus' });
/** Elements in one frame, in several, and in several after asking. */
const LENGTHS = [3, 200, 1000];

abstract class Inside extends Communicator {
  static receive(
    comm: Communicator,
    op: unknown,
    elements: TypedArray,
    side: 'withHigher' | 'withLower',
  ): Operation<void> {
    assert.ok(op instanceof Operator);
    const combination = op.elements(elementTypeOf(elements))[side];
    return receiveCombined(Communicator.coreOf(comm).messages, combination, elements, 0, 7);
  }
}

const receive = (
  comm: Intracommunicator,
  elements: TypedArray,
  op: unknown = SUM,
  side: 'withHigher' | 'withLower' = 'withLower',
): Operation<void> => Inside.receive(comm, op, elements, side);

const counting = (length: number, factor = 1): Float64Array =>
  new Float64Array(length).map((_, k) => (k + 1) * factor);

/** The error of an operation that has failed. */
function errorOf(operation: Operation<unknown>): unknown {
  assert.ok(operation.done);
  try {
    operation.take();
  } catch (error) {
    return error;
  }
  assert.fail('it has not failed');
}

describe('A combining receive', () => {
  it('adds what comes, posted before or after, in frames of any length', () => {
    // 100 and 36 end in the middle of an element; 20 begins some at odd addresses.
    for (const fragmentBytes of [2 ** 14, 100, 36, 20]) {
      for (const length of LENGTHS) {
        for (const posted of [true, false]) {
          const { world, sender, receiver } = makePair({ fragmentBytes, limits: LIMITS });
          const elements = counting(length, 100);
          const early = posted ? receive(receiver, elements) : null;
          const sending = sender.send(counting(length), 1, 7);
          world.settle();
          const receiving = early ?? receive(receiver, elements);
          world.settle();
          receiving.take();
          assert.ok(sending.done);
          assert.deepEqual(elements, counting(length, 101), `${length} in frames of ${fragmentBytes}`);
        }
      }
    }
  });

  it('never tears pairs apart', () => {
    const { world, sender, receiver } = makePair({ fragmentBytes: 20, limits: LIMITS });
    const elements = Int32Array.of(5, 1, 5, 2, 5, 3, 5, 4);
    const receiving = receive(receiver, elements, MINLOC);
    void sender.send(Int32Array.of(6, 0, 5, 1, 4, 9, 5, 5), 1, 7);
    world.settle();
    receiving.take();
    assert.deepEqual(elements, Int32Array.of(5, 1, 5, 1, 4, 9, 5, 4));
  });

  it('works on a part of a buffer, and on nothing else', () => {
    const { world, sender, receiver } = makePair({ fragmentBytes: 30, limits: LIMITS });
    const memory = new Int16Array(40).fill(1);
    const receiving = receive(receiver, memory.subarray(3, 33));
    void sender.send(new Int16Array(30).fill(2), 1, 7);
    world.settle();
    receiving.take();
    assert.deepEqual(memory, new Int16Array(40).fill(1).fill(3, 3, 33));
  });

  it('combines from the side that it is told, and calls the program only when it is taken', () => {
    for (const length of LENGTHS) {
      for (const side of ['withHigher', 'withLower'] as const) {
        const { world, sender, receiver } = makePair({ fragmentBytes: 100, limits: LIMITS });
        const elements = counting(length, 100);
        const receiving = receive(receiver, elements, MINUS, side);
        void sender.send(counting(length), 1, 7);
        world.settle();
        assert.ok(receiving.done);
        assert.deepEqual(elements, counting(length, 100));
        receiving.take();
        receiving.take();
        assert.deepEqual(elements, counting(length, side === 'withHigher' ? 99 : -99));
      }
    }
  });

  it('refuses another length or class by name, and lets the data go by', () => {
    for (const [sent, length] of [...LENGTHS.entries()].flatMap(([, length]) => [
      [length, length + 1],
      [length + 1, length],
    ])) {
      const { world, sender, receiver } = makePair({ fragmentBytes: 100, limits: LIMITS });
      const elements = counting(length!);
      const receiving = receive(receiver, elements);
      const sending = sender.send(counting(sent!), 1, 7);
      world.settle();
      const error = errorOf(receiving);
      assert.ok(error instanceof MPIError && sending.done);
      assert.equal(error.code, sent! > length! ? 'MPI_ERR_TRUNCATE' : 'MPI_ERR_COUNT');
      assert.match(
        error.message,
        new RegExp(`rank 0 sent ${sent! * 8} bytes .*\\(rank 1\\) expects ${length! * 8};`),
      );
      assert.deepEqual(elements, counting(length!));
    }
    const { world, sender, receiver } = makePair({ limits: LIMITS });
    const receiving = receive(receiver, counting(3));
    void sender.send(Int32Array.of(1, 2, 3), 1, 7);
    world.settle();
    const error = errorOf(receiving);
    assert.ok(error instanceof MPIError);
    assert.match(
      error.message,
      /rank 0 sent elements of a Int32Array .*\(rank 1\) has those of a Float64Array/,
    );
  });

  it('gives the message back as long as nothing of it was combined, and not afterwards', () => {
    const { world, sender, receiver } = makePair({ fragmentBytes: 100, limits: LIMITS });
    const elements = counting(1000);
    const first = receive(receiver, elements);
    void sender.send(counting(1000), 1, 7);
    world.move(0, 1);
    world.step(1);
    world.move(1, 0);
    world.step(0);
    // It has matched, and the data is on its way.
    assert.equal(first.withdraw(REASON), true);
    assert.equal(errorOf(first), REASON);
    const second = receive(receiver, elements);
    world.move(0, 1, 1);
    world.step(1);
    // Now a part has come for the second, who has taken over.
    world.settle();
    second.take();
    assert.deepEqual(elements, counting(1000, 2));

    const third = receive(receiver, elements);
    void sender.send(counting(1000), 1, 7);
    world.move(0, 1);
    world.step(1);
    world.move(1, 0);
    world.step(0);
    world.move(0, 1, 3);
    world.step(1);
    assert.equal(third.withdraw(REASON), false);
    assert.equal(third.done, false);
    world.settle();
    third.take();
    assert.deepEqual(elements, counting(1000, 3));
    assert.equal(contextOf(receiver).unexpected.size, 0);
  });

  it('fails when its sender dies half-way', () => {
    const { world, sender, receiver } = makePair({ fragmentBytes: 100, limits: LIMITS });
    const receiving = receive(receiver, counting(300));
    void sender.send(counting(300), 1, 7);
    world.move(0, 1, 5);
    world.step(1);
    assert.equal(receiving.done, false);
    world.end(0, 1, false);
    world.step(1);
    const error = errorOf(receiving);
    assert.ok(error instanceof ProcessFailedError);
    assert.deepEqual(error.failedRanks, [0]);
  });
});
