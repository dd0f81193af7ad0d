/** Probes (MPI-4.1 §3.8.1): what they tell, and that they take nothing; matched ones stand in a06-matched-probe. */
import assert from 'node:assert/strict';
import { ANY_TAG, COMM_WORLD as world, PROC_NULL, type Status } from 'parley';
import { failure, runCases } from './support/cases.ts';
import { isFirst, partner } from './support/pairs.ts';
import type { Way } from './support/way.ts';

const SENT: readonly (readonly [data: unknown, count: number, bytes: number | null])[] = [
  [new Float64Array(3), 3, 24],
  [new Uint8Array(0), 0, 0],
  [new BigInt64Array(70_000), 70_000, 560_000],
  [new ArrayBuffer(5), 5, 5],
  [{ a: [1, 2, 3] }, 1, null],
  [undefined, 1, null],
];

function checkStatus(status: Status, tag: number): void {
  const [, count, bytes] = SENT[tag] ?? [];
  assert.deepEqual([status.source, status.tag, status.count], [partner, tag, count]);
  if (bytes !== null) assert.equal(status.bytes, bytes);
  assert.equal(status.cancelled, false);
}

/** Polls until there is something. */
async function polled(way: Way, tag: number): Promise<Status> {
  for (;;) {
    const status = world.iprobe(partner, tag);
    if (status !== undefined) return status;
    if (!way.blocks) await new Promise((resolve) => setImmediate(resolve));
  }
}

await runCases({
  'they tell who sent what, and leave it there': async (way) => {
    if (isFirst) {
      for (const [tag, [data]] of SENT.entries()) await way.call(world, 'send', data, partner, tag);
      return;
    }
    for (const [tag, [data]] of SENT.entries()) {
      checkStatus(await way.call(world, 'probe'), tag);
      checkStatus(await way.call(world, 'probe', partner, tag), tag);
      checkStatus(await polled(way, tag), tag);
      checkStatus(await polled(way, ANY_TAG), tag);
      assert.deepEqual((await way.call(world, 'recv', partner, tag)).data, data);
    }
    assert.equal(world.iprobe(), undefined);
  },
  'they pass over what they were not asked for': async (way) => {
    if (isFirst) {
      await way.call(world, 'send', 1, partner, 1);
      await way.call(world, 'send', 2, partner, 2);
      return;
    }
    assert.equal((await way.call(world, 'probe', partner, 2)).tag, 2);
    assert.equal(world.iprobe(partner, 3), undefined);
    assert.equal(world.iprobe(world.rank), undefined);
    assert.equal((await way.call(world, 'recv')).data, 1);
    assert.equal((await way.call(world, 'recv')).data, 2);
  },
  'several wait at once, and one message tells them all': async (way) => {
    if (isFirst) {
      await way.call(world, 'barrier');
      await way.call(world, 'send', 'once', partner, 6);
      return;
    }
    const probes = [world.probe(), world.probe(partner, 6), world.probe(partner, ANY_TAG)];
    const other = world.probe(partner, 7, { timeout: 1e6 });
    await way.call(world, 'barrier');
    for (const probe of probes) assert.equal((await way.wait(probe)).tag, 6);
    assert.equal(other.test(), undefined);
    assert.equal(other.cancel(), true);
    assert.equal((await way.call(world, 'recv')).data, 'once');
  },
  'a receive that was posted has the message to itself': async (way) => {
    if (isFirst) {
      await way.call(world, 'barrier');
      await way.call(world, 'send', 'first', partner, 1);
      await way.call(world, 'send', 'second', partner, 1);
      return;
    }
    const probe = world.probe(partner, 1);
    const receive = world.recv(partner, 1);
    await way.call(world, 'barrier');
    await way.wait(probe);
    assert.equal((await way.wait(receive)).data, 'first');
    assert.equal((await way.call(world, 'recv', partner, 1)).data, 'second');
  },
  'there is nothing from where there is no process, at once': async (way) => {
    const nothing = { source: PROC_NULL, tag: ANY_TAG, count: 0, bytes: 0, cancelled: false };
    assert.deepEqual(await way.call(world, 'probe', PROC_NULL, 9), nothing);
    assert.deepEqual(world.iprobe(PROC_NULL), nothing);
  },
  'a probe that gave up takes nothing': async (way) => {
    if (isFirst) {
      await way.call(world, 'barrier');
      await way.call(world, 'send', 'late', partner, 1);
      return;
    }
    await failure('MPI_ERR_TIMEOUT', () => way.wait(world.probe(partner, 1, { timeout: 5 })));
    await failure('MPI_ERR_TIMEOUT', () => way.wait(world.mprobe(partner, 1, { timeout: 5 })));
    await way.call(world, 'barrier');
    const message = await way.call(world, 'mprobe', partner, 1);
    assert.equal((await way.wait(message.recv())).data, 'late');
  },
});
