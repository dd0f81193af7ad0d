/** Wait pages: what is written is what is read, within their bounds, and what nobody has written harms nobody. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WAIT_PAGE_BYTES, WaitPage } from '#pmi/wait-page.js';
import { formatWaitReport, parseWaitReport, type ReportedWait, type WaitReport } from '#pmi/wait-report.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import { forSeeds } from '../simulated/seeds.ts';

const JOB = 'ab'.repeat(16);
const wait = (changes: Partial<ReportedWait> = {}): ReportedWait => ({
  operation: 'recv',
  communicator: '"MPI_COMM_WORLD"',
  peers: [{ process: `${JOB}.1`, rank: 1 }],
  otherPeers: 0,
  open: false,
  tag: 5,
  data: '8 × Float64Array',
  site: '/home/ü/app.ts:12:5',
  since: 1_763_640_000_000,
  ...changes,
});
const report = (...waits: ReportedWait[]): WaitReport => ({ blocked: true, waits, otherWaits: 0 });
const newPage = (): WaitPage => new WaitPage(new ArrayBuffer(WAIT_PAGE_BYTES), 0);

test('a report is read as it was written, until the process goes on', () => {
  const page = newPage();
  assert.deepEqual(page.read().report, null);
  const peers = [
    { process: `${JOB}.7`, rank: 0 },
    { process: `${'cd'.repeat(16)}.0`, rank: null },
  ];
  for (const written of [
    report(wait()),
    report(wait({ peers, tag: null, open: true })),
    { blocked: false, waits: [wait(), wait({ operation: 'accept', peers: [], site: '' })], otherWaits: 3 },
  ]) {
    const before = page.read().sequence;
    page.write(written);
    const { sequence, report: read } = page.read();
    assert.deepEqual(read, written);
    assert.notEqual(sequence, before);
  }
  page.clear();
  assert.equal(page.read().report, null);
});

test('a wait for any of a few hundred ranks fits; of more those that do not fit are counted', () => {
  for (const size of [1, 4, 64, 200, 1000, 65_536]) {
    const peers = Array.from({ length: size }, (_, rank) => ({ process: `${JOB}.${rank}`, rank }));
    const page = newPage();
    page.write(report(wait({ peers })));
    const [read] = page.read().report?.waits ?? [];
    assert.ok(read !== undefined);
    assert.equal(read.peers.length + read.otherPeers, size);
    assert.deepEqual(read.peers, peers.slice(0, read.peers.length));
    if (size <= 200) assert.equal(read.otherPeers, 0);
  }
});

test('of more waits than fit the first are told, and the others counted', () => {
  const page = newPage();
  page.write(report(...Array.from({ length: 100 }, (_, tag) => wait({ tag, site: 'x'.repeat(5000) }))));
  const read = page.read().report;
  assert.ok(read !== null && read.waits.length >= 3);
  assert.equal(read.waits.length + read.otherWaits, 100);
  assert.deepEqual(
    read.waits.map(({ tag }) => tag),
    [...read.waits.keys()],
  );
  assert.match(read.waits[0]?.site ?? '', /^…x+$/);
});

test('a page that is being written, or whose writer was killed in the middle, says nothing', () => {
  const memory = new ArrayBuffer(WAIT_PAGE_BYTES);
  const page = new WaitPage(memory, 0);
  page.write(report(wait()));
  new Int32Array(memory, 0, 1)[0]! |= 1;
  assert.equal(page.read().report, null);
  page.write(report(wait({ tag: 6 })));
  assert.equal(page.read().report?.waits[0]?.tag, 6);
});

test('anything may stand in a page: what is no report is none', async () => {
  await forSeeds(1, (seed) => {
    const random = new SeededRandom(seed);
    const text = Buffer.from(formatWaitReport(report(wait(), wait()), 2000));
    for (let run = 0; run < 5000; run++) {
      const bytes = Buffer.from(
        text.subarray(0, random.chance(0.5) ? text.length : random.below(text.length)),
      );
      for (let change = random.below(4); change > 0; change--)
        bytes[random.below(bytes.length)] = random.below(256);
      const read = parseWaitReport(bytes.toString('utf8'));
      assert.ok(read === null || Array.isArray(read.waits), `seed ${seed}`);
      const memory = new ArrayBuffer(WAIT_PAGE_BYTES);
      new Uint8Array(memory).set(bytes.subarray(0, 200), random.below(100));
      new WaitPage(memory, 0).read();
    }
    return Promise.resolve();
  });
});
