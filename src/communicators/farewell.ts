/**
 * The end of a communicator: what MPI_Comm_free leaves to the background, and MPI_Comm_disconnect waits for
 * (MPI-4.1 §7.4.3, §11.10.4). The program starts nothing on it any more.
 *
 *     1  what is under way on it in this process ends by itself, as always
 *     2  a barrier of everybody in it, both groups: nobody has anything under way there
 *     3  its contexts are given back
 *
 * A process that has ended says no goodbye: then nobody waits for anybody, and what still comes is let go by. One that
 * lives and never comes holds nothing up but the memory of the contexts.
 */
import { dissemination } from '../collectives/barrier/dissemination.ts';
import { interBarrier } from '../collectives/barrier/inter-barrier.ts';
import { isInter } from '../collectives/collective.ts';
import { Latch } from '../engine/latch.ts';
import type { Operation } from '../engine/operation.ts';
import { outcome, type Steps } from '../engine/task.ts';
import { ProcessFailedError } from '../errors/process-failed-error.ts';
import type { CommunicatorCore } from './communicator-core.ts';

/** Fails with MPI_ERR_PROC_FAILED where somebody has died; the communicator is given back all the same. */
export function* farewell(core: CommunicatorCore): Steps<void> {
  yield* quiet(core);
  try {
    yield* goodbye(core);
  } finally {
    core.release(true);
  }
}

/** Waits for the end of an operation that goes on by itself when this is given up. */
export function* endOf(core: CommunicatorCore, operation: Operation<void>): Steps<void> {
  if (!operation.done) {
    const latch = new Latch(core.maker.engine.driver);
    operation.afterwards(() => latch.complete());
    yield* outcome(latch);
  }
  operation.take();
}

function* quiet(core: CommunicatorCore): Steps<void> {
  for (;;) {
    const latch = new Latch(core.maker.engine.driver);
    // The protocols together, and this loop itself.
    let left = 2;
    const ended = (): void => {
      if (--left === 0) latch.complete();
    };
    const operations = core.underWay(ended);
    left += operations.length;
    for (const operation of operations) operation.afterwards(ended);
    ended();
    if (operations.length === 0 && latch.done) return;
    // What a protocol does next it does before this goes on.
    yield* outcome(latch);
  }
}

function* goodbye(core: CommunicatorCore): Steps<void> {
  const { ends, everybody } = core;
  const { broken } = ends.local.context;
  if (broken !== null) throw broken;
  core.beginEnding();
  if (everybody.some(({ end }) => end !== null)) return;
  try {
    yield* isInter(ends) ? interBarrier(ends) : dissemination(ends.local, ends.local.nextTag());
  } catch (error) {
    const ended = everybody.filter(({ end }) => end !== null);
    // Its job is over, which is not known here by any other way yet: it has left.
    if (ended.length === 0 && error instanceof ProcessFailedError) return;
    if (ended.length === 0 || ended.some(({ end }) => end?.orderly === false)) throw error;
  }
}
