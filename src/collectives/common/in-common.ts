/** Whether a collective goes by the memory that the members have in common, and running it there. */
import type { Steps } from '../../engine/task.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import type { Algorithms } from '../tuning/algorithms.ts';
import { prefersCommon } from '../tuning/choose-algorithm.ts';
import type { CommonMemory } from './common-memory.ts';

/** Whether a collective may go there: then it must be asked whether it does. */
export function mayUseCommon(
  { common, peers, algorithms }: CollectiveEndpoint,
  verb: keyof Algorithms,
  bytes: number,
): boolean {
  return common?.isPossible === true && prefersCommon(verb, bytes, peers.length, algorithms);
}

/** Whether the one of this tag should be tried by {@link inCommon}; the same at all processes. */
export function isForCommon(
  endpoint: CollectiveEndpoint,
  verb: keyof Algorithms,
  bytes: number,
  tag: number,
): boolean {
  return endpoint.common?.isOpen(tag) === true && mayUseCommon(endpoint, verb, bytes);
}

/**
 * Runs one of a single stage there with the thread blocked; false where that cannot be done at once, and nothing has been done. The
 * tag is taken here. What is short runs in a fraction of a microsecond: then `run` is a plain function of `data`.
 */
export function inCommonBlocked<Data>(
  endpoint: CollectiveEndpoint,
  data: Data,
  run: (endpoint: CollectiveEndpoint, memory: CommonMemory, data: Data, tag: number) => void,
): boolean {
  const { common } = endpoint;
  const memory = common?.enter() ?? null;
  if (common === null || memory === null) return false;
  try {
    run(endpoint, memory, data, endpoint.nextTag());
    return true;
  } catch (error) {
    common.note(error);
    throw error;
  } finally {
    common.leave();
  }
}

/** Runs it; false where there is no memory in common after all. */
export function* inCommon(
  { common }: CollectiveEndpoint,
  steps: (memory: CommonMemory) => Steps<void>,
): Steps<boolean> {
  return common !== null && (yield* common.run(steps));
}
