/** What a client declares is what happens, counted exactly: over the simulated network, from seeds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectStream, type FullPolicy, openStream, type RunReport } from '#live/index.js';
import { SimulatedWorld } from '../../simulated/simulated-world.js';

const SEEDS = [1, 2, 3, 4, 5, 6];
const RUNS = 2;

interface Received {
  readonly client: string;
  readonly run: number;
  readonly sequence: number;
}

async function play(seed: number, onFull: FullPolicy, awaited: boolean) {
  const world = new SimulatedWorld({ size: 4, seed });
  const received: Received[] = [];
  const reports: RunReport[] = [];
  const statistics = await world.run(async (comm) => {
    if (comm.rank === 0) {
      const stream = openStream(comm, { checked: true });
      for await (const event of stream) {
        if (event.type === 'runEnded') reports.push(event.report);
        if (event.type !== 'update') continue;
        const { client, run, sequence } = event;
        assert.deepEqual(event.small, { run, sequence });
        assert.deepEqual(event.array('a', Float32Array), new Float32Array(sequence % 50).fill(sequence));
        received.push({ client: client.name, run, sequence });
      }
      assert.equal(stream.pool.held, 0);
      await stream.close();
      return undefined;
    }
    // The last client has nothing to say in the first run, the others differ as well.
    const stream = connectStream(comm, { credits: 3, queueLimit: 5, onFull });
    const md = stream.update();
    for (let run = 1; run <= RUNS; run += 1) {
      const count = comm.rank === 3 && run === 1 ? 0 : 20 * comm.rank;
      for (let sequence = 1; sequence <= count; sequence += 1) {
        md.addArray('a', new Float32Array(sequence % 50).fill(sequence));
        md.small = { run, sequence };
        const sent = md.send();
        if (awaited) await sent;
      }
      await md.endRun();
    }
    await stream.close();
    return stream.statistics;
  });
  return { received, reports, statistics };
}

const sequencesOf = (received: readonly Received[], client: string, run: number): number[] =>
  received.filter((each) => each.client === client && each.run === run).map(({ sequence }) => sequence);

test('with block every update arrives, once and in order', async () => {
  for (const seed of SEEDS) {
    const { received, reports } = await play(seed, 'block', true);
    for (const { run, clients, complete, lost } of reports) {
      assert.ok(complete && lost === 0);
      for (const { name, issued } of clients)
        assert.deepEqual(
          sequencesOf(received, name, run),
          Array.from({ length: issued ?? -1 }, (_, index) => index + 1),
        );
    }
    assert.equal(reports.length, RUNS);
    assert.equal(received.length, 20 + 40 + 0 + 20 + 40 + 60);
  }
});

for (const onFull of ['discardOldest', 'discardNewest', 'latest'] as const) {
  test(`with ${onFull} what is lost is counted, client by client and run by run`, async () => {
    let lostInAll = 0;
    for (const seed of SEEDS) {
      const { received, reports, statistics } = await play(seed, onFull, false);
      assert.equal(reports.length, RUNS);
      for (const { run, clients, lost, complete } of reports) {
        for (const share of clients) {
          const sequences = sequencesOf(received, share.name, run);
          assert.equal(share.received, sequences.length);
          assert.equal(share.lost, (share.issued ?? NaN) - sequences.length);
          assert.equal(share.lost, share.discarded);
          assert.deepEqual(
            sequences,
            [...new Set(sequences)].sort((a, b) => a - b),
          );
          assert.equal(share.ending, 'ended');
          if (share.issued === 0) continue;
          // The newest give way; or the oldest do, also for what is of the next run.
          if (onFull === 'discardNewest' && run === 1) assert.equal(sequences[0], 1);
          if (onFull !== 'discardNewest' && run === RUNS) assert.equal(sequences.at(-1), share.issued);
        }
        lostInAll += lost;
        assert.equal(complete, lost === 0);
      }
      const discarded = statistics.reduce((sum, each) => sum + (each?.discarded ?? 0), 0);
      assert.equal(
        discarded,
        reports.reduce((sum, { lost }) => sum + lost, 0),
      );
    }
    assert.ok(lostInAll > 0, 'nothing was ever discarded');
  });
}

test('sends beyond the queue that nobody awaits are refused, not piled up', async () => {
  const world = new SimulatedWorld({ size: 2, seed: 3 });
  await world.run(async (comm) => {
    if (comm.rank === 0) {
      for await (const event of openStream(comm)) {
        if (event.type === 'update') assert.ok(Number(event.small['n']) >= 1);
        if (event.type === 'runEnded') assert.ok(event.report.complete);
      }
      return;
    }
    const stream = connectStream(comm, { credits: 1, queueLimit: 2 });
    const md = stream.update();
    const outcomes = Array.from({ length: 10 }, (_, index) => {
      md.small['n'] = index + 1;
      return md.send();
    });
    // What was refused last is still there.
    assert.equal(md.small['n'], 10);
    md.clear();
    const settled = await Promise.allSettled(outcomes);
    const refused = settled.filter((each) => each.status === 'rejected');
    assert.ok(refused.length >= 4, `${refused.length} of 10 were refused`);
    assert.match(String(refused[0]?.reason), /2 sends wait for room in the queue already; await each send/);
    assert.ok(stream.statistics.queued <= 4);
    await stream.close();
  });
});

test('an update that is refused counts for nothing, and can be corrected and sent again', async () => {
  for (const onFull of ['block', 'latest'] as const) {
    const [reports] = await new SimulatedWorld({ size: 2, seed: 5 }).run(async (comm) => {
      if (comm.rank === 0) {
        const reports: RunReport[] = [];
        const seen: unknown[] = [];
        for await (const event of openStream(comm)) {
          if (event.type === 'update') seen.push([event.sequence, event.names.length, event.small['n']]);
          if (event.type === 'runEnded') reports.push(event.report);
        }
        assert.deepEqual(seen, [
          [1, 1, 1],
          [2, 1024, 2],
        ]);
        return reports;
      }
      const stream = connectStream(comm, { onFull });
      const md = stream.update();
      md.addArray('image', new Float32Array(40_000));
      md.small = { n: 1, mistake: () => 1 };
      await assert.rejects(md.send(), /Cannot encode small.mistake: it is a function.*\(MPI_ERR_ARG\)/s);
      assert.throws(() => md.sendSync(), /Cannot encode small.mistake/);
      assert.equal(stream.statistics.issued, 0);
      delete md.small['mistake'];
      await md.send();
      for (let n = 0; n <= 1024; n += 1) md.addArray(`a${n}`, new Float32Array(1));
      await assert.rejects(md.send(), /Cannot send 1025 arrays in one update: 1024 are the most/);
      md.clear();
      assert.ok(md.isEmpty);
      for (let n = 0; n < 1024; n += 1) md.addArray(`a${n}`, new Float32Array(1));
      md.small['n'] = 2;
      await md.send();
      assert.equal(stream.statistics.issued, 2);
      await stream.close();
      return [];
    });
    assert.deepEqual(
      reports!.map(({ received, lost, complete }) => [received, lost, complete]),
      [[2, 0, true]],
    );
  }
});
