/** What a process holds: memory after a collection, and open descriptors. */
import { readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

export interface Footprint {
  readonly heapBytes: number;
  /** Outside of the heap: the memory of typed arrays, and what the runtime holds for objects. */
  readonly externalBytes: number;
  readonly descriptors: number;
}

export async function footprint(): Promise<Footprint> {
  // What is freed by finalisers goes in a later turn of the event loop.
  for (let turn = 0; turn < 3; turn++) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external } = process.memoryUsage();
  return { heapBytes: heapUsed, externalBytes: external, descriptors: readdirSync('/proc/self/fd').length };
}

/** Throws where the later footprint is larger than the earlier by more than what code that gets optimised takes. */
export function expectFlat(before: Footprint, after: Footprint): void {
  const grown = {
    heap: after.heapBytes - before.heapBytes,
    external: after.externalBytes - before.externalBytes,
    descriptors: after.descriptors - before.descriptors,
  };
  const flat = grown.heap < 2 ** 20 && grown.external < 2 ** 18 && grown.descriptors === 0;
  if (!flat) throw new Error(`it has grown: ${JSON.stringify(grown)} from ${JSON.stringify(before)}`);
}
