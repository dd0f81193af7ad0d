/**
 * A master is killed at a random moment of a busy run, again and again: the journal opens, HDF5 recovers, and every update of
 * which a client was told that it is stored is there. Then a client: the run closes, and says who is missing. PARLEY_SOAK=1
 * kills fifty times each.
 * It wants the machine to itself.
 */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Dataset, File } from 'h5wasm/node';
import { openJournal, recoverHdf5, replayJournal, type RunReport } from 'parley/live';
import { sendSignal } from '../harness/leftovers.ts';
import { startRanks } from '../harness/run-ranks.ts';
import type { ParleyRun } from '../harness/parley-run.ts';
import { scratchFolder } from '../live/support/scratch-folder.ts';
import { Random } from '../programs/support/random.ts';

const KILLS = process.env['PARLEY_SOAK'] === undefined ? 1 : 50;
const RANKS = 4;
/** From when the master listens, or mostly from when the first update is stored, until well into the run. */
const MOMENT_MS_MAX = 500;
const FROM_THE_START = 0.25;
const STORED = /^client (\d) stored (\d+)$/gm;
const seed = Number(process.env['PARLEY_SEED'] ?? randomInt(2 ** 31));
const random = new Random(seed);

type First = 'journal' | 'hdf5';
type Counts = ReadonlyMap<number, number>;

interface Scene {
  readonly run: ParleyRun;
  readonly journal: string;
  readonly hdf5: string;
}

/** A run of which one rank is killed at that moment, and its end. */
async function killed(
  context: TestContext,
  first: First,
  victim: number,
  momentMs: number,
  launcherArgs: readonly string[] = [],
): Promise<Scene & { readonly stdout: string }> {
  const folder = scratchFolder(context);
  const [journal, hdf5] = [join(folder, 'a.journal'), join(folder, 'a.h5')];
  const args = [journal, hdf5, first, String(random.below(2 ** 31))];
  const run = startRanks('live-soak-kills', { ranks: RANKS, args, launcherArgs, timeoutMs: 30_000 });
  try {
    await run.waitForOutput(random.chance(FROM_THE_START) ? /^ready$/m : /^client \d stored/m);
    await delay(momentMs);
    const pid = run.rankProcesses().get(victim)?.pid;
    assert.ok(pid !== undefined && sendSignal(pid, 'SIGKILL'), run.describe());
    const { code, stdout } = await run.ended;
    assert.equal(code, 128 + 9, run.describe());
    await run.expectClean();
    return { run, journal, hdf5, stdout };
  } finally {
    run.release();
  }
}

/** The highest number for each client. */
function highest(pairs: Iterable<readonly [client: number, n: number]>): Counts {
  const counts = new Map<number, number>();
  for (const [client, n] of pairs) counts.set(client, Math.max(n, counts.get(client) ?? 0));
  return counts;
}

/** Pairs that are 1, 2, 3, … for each client; a gap or a second one fails. */
function counted(pairs: Iterable<readonly [client: number, n: number]>): Counts {
  const counts = new Map<number, number>();
  for (const [client, n] of pairs) {
    assert.equal(n, (counts.get(client) ?? 0) + 1, `client ${client}`);
    counts.set(client, n);
  }
  return counts;
}

/** What the clients were told. */
const acknowledgedIn = (stdout: string): Counts =>
  highest(
    Array.from(stdout.matchAll(STORED), ([, client, count]) => [Number(client), Number(count)] as const),
  );

function expectAtLeast(found: Counts, acknowledged: Counts, where: string): void {
  for (const [client, count] of acknowledged)
    assert.ok(
      (found.get(client) ?? 0) >= count,
      `client ${client} was told that ${count} are stored; ${where} has ${found.get(client) ?? 0}`,
    );
}

async function replayed(
  journal: string,
): Promise<{ readonly pairs: [client: number, n: number][]; readonly reports: RunReport[] }> {
  const pairs: [number, number][] = [];
  const reports: RunReport[] = [];
  for await (const event of await replayJournal(journal)) {
    if (event.type === 'runEnded') reports.push(event.report);
    if (event.type !== 'update') continue;
    const n = Number(event.small['n']);
    assert.ok(event.array('var_image').every((element) => element === n));
    pairs.push([event.frame.rank, n]);
  }
  return { pairs, reports };
}

async function rowsOf(hdf5: string): Promise<Counts> {
  const { wasTorn } = await recoverHdf5(hdf5);
  assert.ok(wasTorn);
  const file = new File(hdf5, 'r');
  const [ranks, sequences] = ['rank', 'sequence'].map((name) =>
    Array.from((file.get(`update/${name}`) as Dataset).value as ArrayLike<number | bigint>, Number),
  );
  file.close();
  return counted((ranks ?? []).map((rank, row) => [rank, sequences?.[row] ?? NaN] as const));
}

async function killMaster(context: TestContext, first: First, momentMs: number): Promise<void> {
  const { journal, hdf5, stdout } = await killed(context, first, 0, momentMs);
  const acknowledged = acknowledgedIn(stdout);
  const reopened = await openJournal(journal);
  await reopened.close();
  const counts = counted((await replayed(journal)).pairs);
  context.diagnostic(
    `told ${sum(acknowledged)}, journal ${sum(counts)}, torn bytes ${reopened.recovery.cutBytes}`,
  );
  if (first === 'journal') expectAtLeast(counts, acknowledged, 'the journal');
  // Before its first row there is no file, or one that nobody was told of.
  if (first === 'journal' && !existsSync(hdf5)) return;
  try {
    const rows = await rowsOf(hdf5);
    if (first === 'hdf5') expectAtLeast(rows, acknowledged, 'the HDF5 file');
  } catch (error) {
    const wasNotBegun = error instanceof Error && error.message.includes('or was not even begun');
    if (!wasNotBegun || (first === 'hdf5' && acknowledged.size > 0)) throw error;
  }
}

async function killClient(context: TestContext, victim: number, momentMs: number): Promise<void> {
  const { journal, stdout } = await killed(context, 'journal', victim, momentMs, ['--keep-going']);
  const line = /^\{.*\}$/m.exec(stdout)?.[0] ?? '';
  const { reports, failed } = JSON.parse(line) as { reports: RunReport[]; failed: string[] };
  assert.equal(failed.length, 1);
  assert.equal(reports.length, 1);
  const [report] = reports;
  assert.deepEqual([report?.unfinished, report?.complete], [failed, false]);
  const { pairs, reports: again } = await replayed(journal);
  // As it looks when it has been printed.
  assert.deepEqual(JSON.parse(JSON.stringify(again)), reports);
  const isVictims = ([client]: readonly [client: number, n: number]): boolean => client === victim;
  const counts = counted(pairs.filter((pair) => !isVictims(pair)));
  const [ofVictim, last] = [pairs.filter(isVictims), highest(pairs).get(victim) ?? 0];
  for (const { name, received, issued, lost, ending } of report?.clients ?? []) {
    // A long update may break off in the middle, where a short one behind it had gone already: that one is lost, and known.
    if (failed.includes(name))
      assert.deepEqual([ofVictim.length, last, ending], [received, received + lost, 'failed']);
    else assert.deepEqual([counts.get(Number(name.at(-1))), lost, ending], [issued, 0, 'ended'], name);
  }
  expectAtLeast(new Map([...counts, [victim, ofVictim.length]]), acknowledgedIn(stdout), 'the journal');
  context.diagnostic(`${report?.received} received, ${report?.lost} lost`);
}

const sum = (counts: Counts): number => [...counts.values()].reduce((total, count) => total + count, 0);

test(`${KILLS} masters killed at random moments lose nothing that they said is stored`, async (context) => {
  context.diagnostic(`PARLEY_SEED=${seed}`);
  for (let kill = 0; kill < KILLS; kill++) {
    const momentMs = random.below(MOMENT_MS_MAX);
    const first = random.of(['journal', 'hdf5'] as const);
    await context.test(`${first} first, after ${momentMs} ms`, (inner) => killMaster(inner, first, momentMs));
  }
});

test(`${KILLS} clients killed at random moments are named by the run that closes without them`, async (context) => {
  context.diagnostic(`PARLEY_SEED=${seed}`);
  for (let kill = 0; kill < KILLS; kill++) {
    const [victim, momentMs] = [1 + random.below(RANKS - 1), random.below(MOMENT_MS_MAX)];
    await context.test(`client ${victim} after ${momentMs} ms`, (inner) =>
      killClient(inner, victim, momentMs),
    );
  }
});
