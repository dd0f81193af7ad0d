import { it } from 'node:test';
import { SimulatedWorld } from './simulated-world.ts';
import { forSeeds } from './seeds.ts';
import assert from 'node:assert/strict';
it('smoke', async () => {
  await forSeeds(300, async (seed) => {
    const world = new SimulatedWorld({ size: 1 + seed % 6, seed });
    const got = await world.run(async (comm) => { await comm.barrier(); return comm.allreduce(comm.rank); });
    assert.deepEqual(got, got.map(() => world.size * (world.size - 1) / 2));
  });
});
