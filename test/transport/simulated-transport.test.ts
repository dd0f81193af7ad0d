import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { describe, it } from 'node:test';
import { MPIError } from '#errors/mpi-error.js';
import { processId } from '#model/process-id.js';
import { EventQueue } from '#transport/simulated/event-queue.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import { SimulatedNetwork, type SimulatedNetworkOptions } from '#transport/simulated/simulated-network.js';
import { checkCompliance } from './compliance.ts';
import type { TransportFixture } from './transport-world.ts';

/** One kind of network for each run of the suite. */
const NETWORKS: readonly Omit<SimulatedNetworkOptions, 'seed'>[] = [
  { fragmentBytes: 64, linkFrames: 2, delayMsMax: 0.01, refusals: 0 },
  { fragmentBytes: 4096, linkFrames: 64, delayMsMax: 1, refusals: 0.2 },
  {},
];

function fixtureOn(options: Omit<SimulatedNetworkOptions, 'seed'>): TransportFixture {
  return {
    name: 'simulated',
    processesMax: Infinity,
    make(processes) {
      const network = new SimulatedNetwork({ ...options, seed: randomInt(2 ** 40) });
      const ids = Array.from({ length: processes }, (_, rank) => processId('0'.repeat(32), rank));
      return {
        ids,
        transports: ids.map((id) => network.transportFor(id)),
        end: (process, orderly) =>
          orderly ? network.leave(ids[process]!) : network.kill(ids[process]!, 'was ended by signal 9'),
        close: () => network.close(),
      };
    },
  };
}

for (const options of NETWORKS) {
  describe(`The simulated transport, ${JSON.stringify(options)}`, () => {
    checkCompliance(fixtureOn(options));
  });
}

describe('A simulated network', () => {
  it('says clearly that nobody can block its thread', () => {
    const network = new SimulatedNetwork({ seed: 1 });
    const refusal = (error: unknown): boolean =>
      error instanceof MPIError &&
      error.code === 'MPI_ERR_UNSUPPORTED_OPERATION' &&
      error.message.includes('await');
    assert.throws(() => network.yieldProcessor(), refusal);
    assert.throws(() => network.transportFor('0.0').sleep(Infinity), refusal);
  });

  it('tells a process that comes later of those that had ended before', () => {
    const network = new SimulatedNetwork({ seed: 1 });
    network.transportFor('0.0');
    network.kill('0.0', 'was ended by signal 9');
    const late = network.transportFor('0.1');
    const ended: string[] = [];
    late.start((from) => ({
      frame: () => assert.fail(),
      malformed: () => assert.fail(),
      ended: ({ description }) => void ended.push(`${from} ${description}`),
    }));
    while (ended.length === 0) late.poll();
    assert.deepEqual(ended, ['0.0 was ended by signal 9']);
    network.close();
  });

  it('lets planned events happen in the order of their times, and of planning where these are equal', () => {
    const random = new SeededRandom(5);
    const queue = new EventQueue();
    const planned = Array.from({ length: 2000 }, (_, order) => ({ at: random.below(300), order }));
    const happened: typeof planned = [];
    for (const event of planned) queue.plan(event.at, () => void happened.push(event));
    assert.equal(queue.size, 2000);
    for (let event = queue.take(); event !== undefined; event = queue.take()) event.happen();
    assert.deepEqual(
      happened,
      planned.toSorted((a, b) => a.at - b.at || a.order - b.order),
    );
    assert.equal(queue.nextAt, Infinity);
  });

  it('draws numbers that are spread evenly, the same ones from the same seed', () => {
    const [first, again, other] = [new SeededRandom(42), new SeededRandom(42), new SeededRandom(43)];
    const counts = new Array<number>(16).fill(0);
    let same = 0;
    for (let k = 0; k < 16_000; k++) {
      const place = first.below(16);
      assert.equal(again.below(16), place);
      if (other.below(16) === place) same++;
      counts[place] = (counts[place] ?? 0) + 1;
    }
    for (const count of [...counts, same]) assert.ok(count > 850 && count < 1150, String(counts));
  });
});
