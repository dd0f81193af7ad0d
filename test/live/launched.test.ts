/** Masters and clients in processes of their own, started by the launcher. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ClientRow, RunReport } from 'parley/live';
import { replayJournal } from 'parley/live';
import { runRanks } from '../harness/run-ranks.js';
import { scratchFolder } from './support/scratch-folder.js';

interface Seen {
  readonly reports: readonly RunReport[];
  readonly others: readonly string[];
  readonly sums: readonly (readonly [string, number])[];
  readonly rows: readonly ClientRow[];
  readonly held: number;
}

async function play(
  ranks: number,
  args: readonly string[],
  launcherArgs: readonly string[] = [],
  exitCode: number | null = 0,
): Promise<Seen> {
  const { stdout } = await runRanks('live-clients', { ranks, args, launcherArgs, exitCode });
  return JSON.parse(stdout) as Seen;
}

const countOf = (size: number, rank: number, run: number): number =>
  rank === size - 1 && run === 1 ? 0 : 10 * rank + run;

/** What the master has to have summed up. */
function sumsOf(size: number): [string, number][] {
  const sums: [string, number][] = [];
  for (let rank = 1; rank < size; rank += 1)
    for (const run of [1, 2]) {
      const count = countOf(size, rank, run);
      if (count > 0) sums.push([`rank ${rank}/${run}`, count * rank * 1000 + (count * (count + 1)) / 2]);
    }
  return sums;
}

for (const [size, way] of [
  [2, 'plain'],
  [4, 'plain'],
  [4, 'blocking'],
] as const) {
  test(`${size - 1} clients with different counts of updates, or none, lose nothing (${way})`, async () => {
    const { reports, others, sums, rows, held } = await play(size, [way]);
    assert.deepEqual(sums, sumsOf(size));
    assert.deepEqual(
      reports.map(({ run, complete }) => [run, complete]),
      [
        [1, true],
        [2, true],
      ],
    );
    assert.equal(held, 0);
    const names = rows.map(({ name }) => name);
    assert.deepEqual(others, [
      ...names.map((name) => `clientJoined ${name}`),
      ...names.map((name) => `clientLeft ${name}`),
    ]);
    assert.ok(rows.every(({ state, lost }) => state === 'left' && lost === 0));
  });
}

test('a client that is killed ends its part of the runs, and the report names it; the others lose nothing', async () => {
  const { reports, others, sums } = await play(3, ['kill'], ['--keep-going'], null);
  assert.ok(others.includes('clientFailed rank 1'));
  const [first, second] = reports;
  assert.deepEqual(first?.unfinished, ['rank 1']);
  assert.equal(first.complete, false);
  assert.equal(first.clients.find(({ name }) => name === 'rank 1')?.received, 5);
  assert.equal(second?.clients.find(({ name }) => name === 'rank 2')?.ending, 'ended');
  assert.deepEqual(
    sums.filter(([name]) => name.startsWith('rank 2')),
    sumsOf(3).filter(([name]) => name.startsWith('rank 2')),
  );
});

test('a client that hangs is reported as silent, and its updates still come when it goes on', async () => {
  const { others, sums, rows } = await play(3, ['hang']);
  assert.ok(others.includes('clientSilent rank 1'));
  assert.ok(others.includes('clientBack rank 1'));
  assert.deepEqual(sums, sumsOf(3));
  assert.ok(rows.every(({ state }) => state === 'left'));
});

test('clients hear that their updates are stored, and the journal replays to the same', async (context) => {
  const journal = join(scratchFolder(context), 'run.journal');
  const { reports, sums } = await play(4, ['plain', journal]);
  const replayed = new Map<string, number>();
  const again: RunReport[] = [];
  const replay = await replayJournal(journal);
  for await (const event of replay) {
    if (event.type === 'runEnded') again.push(event.report);
    if (event.type !== 'update') continue;
    const key = `${event.client.name}/${event.run}`;
    const value = Number(event.small['value']) + (event.array('image', Float32Array)[0] ?? 0);
    replayed.set(key, (replayed.get(key) ?? 0) + value);
  }
  assert.deepEqual([...replayed].sort(), sums);
  assert.deepEqual(again, reports);
});

test('clients may be spawned, or connect to a port, while the master receives', async () => {
  const { stdout } = await runRanks('live-late-clients', { ranks: 1 });
  const { sum, left, received } = JSON.parse(stdout) as { sum: number; left: number; received: string[] };
  assert.equal(sum, (2 * (20 * 21)) / 2);
  assert.equal(left, 2);
  assert.ok(received.length >= 1);
});

test('a master that looks away does not hold its clients, and finds every long update as it was sent', async () => {
  const { stdout } = await runRanks('live-looks-away', { ranks: 3 });
  assert.deepEqual(JSON.parse(stdout), [
    [1, 12],
    [2, 12],
  ]);
});

test('long updates are read where they were put, and what is kept of them stays as it was', async () => {
  const { stdout } = await runRanks('live-slots', { ranks: 3 });
  // Eight of them for each client and each length; on a busy machine the others may all have gone before there are longer slots.
  assert.ok(Number(stdout) >= 2 * 8, `${stdout.trim()} of 80 updates were in slots`);
});

for (const way of ['close', 'killed'] as const)
  test(`slots that are outgrown before the master has looked are found all the same, and nothing is left of them (${way})`, async () => {
    const options = way === 'killed' ? { launcherArgs: ['--keep-going'], exitCode: null } : {};
    const { stdout } = await runRanks('live-slots-grow', { ranks: 3, args: [way], ...options });
    const ranks = ['rank 1', 'rank 2'];
    const wanted = ranks.flatMap((name) =>
      [10_000, 30_000, 90_000].map((length) => `${name}: ${length} as sent`),
    );
    if (way === 'killed') wanted.push(...ranks.map((name) => `${name} has failed`));
    assert.deepEqual(JSON.parse(stdout), { lines: wanted.sort(), left: [] });
  });

test('who comes when the stream has closed hears so, and is welcome to the next one', async () => {
  const { stdout } = await runRanks('live-too-late', { ranks: 3 });
  const { refusals, received } = JSON.parse(stdout) as { refusals: string[]; received: string[] };
  assert.deepEqual(received, ['rank 1: first', 'rank 1: third', 'rank 2: third']);
  assert.equal(refusals.length, 4);
  for (const refusal of refusals)
    assert.match(
      refusal,
      /Cannot send on the stream any more: its master has closed its stream, and has opened no other \(MPI_ERR_OTHER\)/,
    );
});
