/**
 * A master that takes, stores and shows so many updates of its clients, and must not grow by it; the first tenth pays for what is
 * made once:
 *
 *     live-soak-run COUNT JOURNAL
 *
 * It is judged while the stream rests: the clients wait for its word between two parts.
 */
import assert from 'node:assert/strict';
import * as MPI from 'parley';
import { connectStream, Histogram, openJournal, openStream, Recent, serveView, Sum } from 'parley/live';
import { expectFlat, footprint } from './support/footprint.ts';

const [count = '', path = ''] = process.argv.slice(2);
const world = MPI.COMM_WORLD;
const TAG_GO = 5;
const RUNS = 20;
/** Of each run and client, in the two parts. */
const SHARES = [0.1, 0.9].map((part) => Math.ceil((Number(count) * part) / RUNS / (world.size - 1)));
/** What the collector and the allocator leave lying about: newer Node lets its young generation grow to tens of megabytes. */
const RESIDENT_BYTES_MAX = 2 ** 27;
const BINS = 64;

await (world.rank === 0 ? master() : client());

async function master(): Promise<void> {
  const journal = await openJournal(path);
  const stream = openStream(world, { stores: [journal] });
  await using view = await serveView({ title: 'Soak', stream });
  const spectrum = new Sum(BINS);
  const recent = new Recent(30, BINS);
  const histogram = new Histogram({ from: 0, to: 1, bins: 100 });
  let before: Awaited<ReturnType<typeof measured>> | undefined;
  let ended = 0;
  let taken = 0;
  for await (const event of stream) {
    if (event.type === 'update') {
      taken += 1;
      const data = event.array('spectrum', Float64Array);
      spectrum.add(data);
      recent.add(data);
      histogram.fill(Number(event.small['value']));
      if (taken % 100 === 0)
        view.show('recent', { kind: 'lines', series: [{ label: 'recent', y: recent.sum() }] });
    }
    if (event.type !== 'runEnded') continue;
    assert.ok(event.report.complete);
    ended += 1;
    if (ended % RUNS > 0) continue;
    await journal.flush();
    if (before === undefined) {
      before = await measured();
      for (let rank = 1; rank < world.size; rank += 1) await world.send(null, rank, TAG_GO);
    } else {
      const after = await measured();
      expectFlat(before, after);
      const grown = after.residentBytes - before.residentBytes;
      assert.ok(grown < RESIDENT_BYTES_MAX, `${grown} resident bytes more than ${before.residentBytes}`);
      console.log(`resident bytes: ${before.residentBytes}, then ${grown} more`);
    }
  }
  await stream.close();
  assert.equal(stream.pool.held, 0);
  assert.equal(
    taken,
    SHARES.reduce((sum, share) => sum + share * RUNS * (world.size - 1), 0),
  );
  console.log(`${taken} updates`);
}

async function measured() {
  const held = await footprint();
  return { ...held, residentBytes: process.memoryUsage.rss() };
}

async function client(): Promise<void> {
  await using stream = connectStream(world);
  const md = stream.update();
  const data = new Float64Array(BINS).fill(world.rank);
  for (const [part, share] of SHARES.entries()) {
    if (part > 0) await world.recv(0, TAG_GO);
    for (let run = 0; run < RUNS; run += 1) {
      for (let n = 0; n < share; n += 1) {
        md.addArray('spectrum', data);
        md.small['value'] = n / share;
        await md.send();
      }
      await md.endRun();
    }
  }
}
