/** Receives from anybody with any tag match in the order in which they were posted (MPI-4.1 §3.5). */
import assert from 'node:assert/strict';
import * as MPI from 'parley';
import { runCases } from './support/cases.ts';
import { isFirst, partner } from './support/pairs.ts';
import type { Way } from './support/way.ts';

const world = MPI.COMM_WORLD;
const MESSAGES = 30;

interface Posted {
  readonly buffer: Int32Array;
  readonly request: MPI.Request<MPI.Status>;
}

function checkPosted({ buffer }: Posted, status: MPI.Status, index: number): void {
  const count = MESSAGES - index;
  assert.deepEqual([status.source, status.tag, status.count], [partner, 3, count]);
  assert.deepEqual(
    buffer,
    new Int32Array(count).map((_, j) => MESSAGES * index + j),
  );
}

/** The case; `take` waits for the receives in its own manner, and says which it has seen. */
async function exchange(way: Way, take: (posted: Posted[]) => Promise<number[]> | number[]): Promise<void> {
  if (isFirst) {
    await way.call(world, 'barrier');
    for (let i = 0; i < MESSAGES; i++) {
      const data = new Int32Array(MESSAGES - i).map((_, j) => MESSAGES * i + j);
      await way.call(world, 'send', data, partner, 3);
    }
    return;
  }
  const posted = Array.from({ length: MESSAGES }, (_, i) => {
    const buffer = new Int32Array(MESSAGES - i);
    return { buffer, request: world.recvInto(buffer, MPI.ANY_SOURCE, MPI.ANY_TAG) };
  });
  await way.call(world, 'barrier');
  const seen = await take(posted);
  assert.deepEqual(
    seen.toSorted((a, b) => a - b),
    posted.map((_, index) => index),
  );
}

await runCases({
  'one by one, whichever is complete': async (way) => {
    await exchange(way, async (posted) => {
      const seen: number[] = [];
      const requests = posted.map(({ request }) => request);
      const left = new Map(requests.map((request, index) => [index, request]));
      while (left.size > 0) {
        const { index, value } = way.blocks
          ? MPI.waitAnySync(requests)
          : await Promise.race([...left].map(async ([at, request]) => ({ index: at, value: await request })));
        left.delete(index);
        seen.push(index);
        checkPosted(posted[index]!, value, index);
      }
      if (way.blocks) assert.equal(MPI.waitAnySync(requests).index, MPI.UNDEFINED);
      return seen;
    });
  },
  'those that are complete at a time': async (way) => {
    await exchange(way, (posted) => {
      const requests = posted.map(({ request }) => request);
      const seen: number[] = [];
      for (let some = MPI.waitSomeSync(requests); some.length > 0; some = MPI.waitSomeSync(requests)) {
        for (const { index, value } of some) {
          checkPosted(posted[index]!, value, index);
          seen.push(index);
        }
      }
      return seen;
    });
  },
  'asking for any': async (way) => {
    await exchange(way, async (posted) => {
      const requests = posted.map(({ request }) => request);
      const seen: number[] = [];
      while (seen.length < MESSAGES) {
        const any = MPI.testAny(requests);
        if (any === undefined) {
          if (!way.blocks) await new Promise((resolve) => setImmediate(resolve));
          continue;
        }
        checkPosted(posted[any.index]!, any.value, any.index);
        seen.push(any.index);
      }
      assert.equal(MPI.testAny(requests)?.index, MPI.UNDEFINED);
      return seen;
    });
  },
  'all at once': async (way) => {
    await exchange(way, async (posted) => {
      const requests = posted.map(({ request }) => request);
      const statuses = way.blocks ? MPI.waitAllSync(requests) : await Promise.all(requests);
      statuses.forEach((status, index) => {
        checkPosted(posted[index]!, status, index);
      });
      return [...statuses.keys()];
    });
  },
  'values, whichever way they are received': async (way) => {
    if (isFirst) {
      await way.call(world, 'barrier');
      for (let i = 0; i < MESSAGES; i++) await way.call(world, 'send', { i }, partner, i);
      return;
    }
    const requests = Array.from({ length: MESSAGES }, () => world.recv<{ i: number }>());
    await way.call(world, 'barrier');
    const messages = way.blocks ? MPI.waitAllSync(requests) : await Promise.all(requests);
    assert.deepEqual(
      messages.map(({ data, tag }) => [data.i, tag]),
      messages.map((_, i) => [i, i]),
    );
  },
});
