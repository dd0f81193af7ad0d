import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { MPIError } from '#index.js';
import { openJournal, replayJournal, type ReplayOptions } from '#live/index.js';
import { writeRecordHead } from '#live/store/journal-format.js';
import { JournalScan } from '#live/store/journal-scan.js';
import { Journal } from '#live/store/journal.js';
import { failureOf } from '#live/store/journal-notes.js';
import { MasterStream } from '#live/stream/master-stream.js';
import { HandFedClient } from '../support/hand-fed-client.js';
import { scratchFolder } from '../support/scratch-folder.js';
import { storedStream } from '../support/stored-stream.js';

/** Writes so many updates, short and long ones. */
async function write(path: string, count: number, first = 1): Promise<void> {
  const { client, finish } = await storedStream([await openJournal(path, { durability: 'system' })]);
  for (let n = first; n < first + count; n += 1)
    await client.data({ n }, { a: new Float64Array(n % 3 === 0 ? 5000 : 2).fill(n) });
  await finish();
  assert.equal(client.stored, count);
}

async function read(path: string, options: ReplayOptions = {}) {
  const replay = await replayJournal(path, { checked: true, ...options });
  const ns: unknown[] = [];
  let [runs, lost] = [0, 0];
  for await (const event of replay) {
    if (event.type === 'runEnded') {
      runs += 1;
      lost += event.report.lost;
    }
    if (event.type !== 'update') continue;
    const { n } = event.small;
    assert.ok(event.array('a', Float64Array).every((value) => value === n));
    ns.push(n);
  }
  const { rest, torn, passedOver } = await replay.played;
  assert.equal(replay.pool.held, 0);
  return { ns, runs, lost, rest, torn, passedOver };
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

test('a journal gives back what went in, also in sessions one behind the other', async (context) => {
  const path = join(scratchFolder(context), 'a.journal');
  await write(path, 10);
  await write(path, 5, 11);
  assert.deepEqual(await read(path), {
    ns: numbers(15),
    runs: 2,
    lost: 0,
    rest: 0,
    torn: undefined,
    passedOver: 0,
  });
});

test('wherever a journal is torn, what precedes is read, and writing goes on behind it', async (context) => {
  const folder = scratchFolder(context);
  const path = join(folder, 'a.journal');
  await write(path, 4);
  const whole = readFileSync(path);
  const cut = join(folder, 'cut.journal');
  for (let length = 8; length < whole.length; length += 8 * 61 + 3) {
    writeFileSync(cut, whole.subarray(0, length));
    const { ns } = await read(cut);
    assert.deepEqual(ns, numbers(ns.length));
    const journal = await openJournal(cut, { durability: 'system' });
    assert.ok(journal.recovery.cutBytes < whole.length);
    await journal.close();
    const after = await read(cut);
    assert.deepEqual([after.ns, after.torn], [ns, undefined]);
  }
});

test('a torn tail of any bytes is cut off, and said', async (context) => {
  const path = join(scratchFolder(context), 'a.journal');
  await write(path, 3);
  const good = statSync(path).size;
  appendFileSync(path, Buffer.alloc(1000, 0x4a));
  const { rest, torn } = await read(path);
  assert.deepEqual([rest, torn], [1000, 'no record begins there']);
  const journal = await openJournal(path);
  assert.equal(journal.recovery.cutBytes, 1000);
  await journal.close();
  assert.ok(statSync(path).size < good + 1000);
});

/** A journal of so many updates, the one of them damaged in its values. */
async function damaged(path: string, count: number, update: number): Promise<Buffer> {
  await write(path, count);
  const bytes = readFileSync(path);
  // Its array of eights, say.
  const at = bytes.indexOf(Buffer.from(Float64Array.of(update, update).buffer));
  bytes[at]! ^= 0xff;
  writeFileSync(path, bytes);
  return bytes;
}

test('damage in the middle is no torn tail: nothing behind it is thrown away, or left out unsaid', async (context) => {
  const path = join(scratchFolder(context), 'a.journal');
  const bytes = await damaged(path, 6, 4);
  await assert.rejects(
    openJournal(path),
    /is damaged at byte \d+ \(the checksum does not fit\), and goes on at byte \d+; export it/,
  );
  assert.deepEqual(readFileSync(path), bytes);
  const replay = await replayJournal(path);
  const ns: unknown[] = [];
  const error =
    /Cannot read journal ".*" to its end: it is damaged at byte \d+ \(the checksum does not fit\) and goes on \d+ bytes further, at byte \d+; skipDamage .*\(MPI_ERR_IO\)/;
  await assert.rejects(async () => {
    for await (const event of replay) if (event.type === 'update') ns.push(event.small['n']);
  }, error);
  assert.deepEqual(ns, [1, 2, 3]);
  await assert.rejects(replay.played, error);
  await replay.close();
});

test('what is damaged can be passed over, and is counted', async (context) => {
  const path = join(scratchFolder(context), 'a.journal');
  await damaged(path, 6, 4);
  const { ns, passedOver, lost, torn } = await read(path, { skipDamage: true });
  assert.deepEqual([ns, lost, torn], [[1, 2, 3, 5, 6], 1, undefined]);
  assert.ok(passedOver > 100 && passedOver < 1000 && passedOver % 8 === 0, String(passedOver));
});

test('where the damage has taken the begin of a session, its clients are still not those before', async (context) => {
  const path = join(scratchFolder(context), 'a.journal');
  await write(path, 2);
  const first = statSync(path).size;
  await write(path, 2, 3);
  const bytes = readFileSync(path);
  bytes[first]! ^= 0xff;
  writeFileSync(path, bytes);
  const { ns, runs, passedOver } = await read(path, { skipDamage: true });
  assert.deepEqual([ns, runs, passedOver], [[1, 2, 3, 4], 2, 32]);
});

test('frames of a client whose record is damaged are counted as passed over, and so is what is no frame', async (context) => {
  const folder = scratchFolder(context);
  const path = join(folder, 'a.journal');
  await write(path, 2);
  const bytes = readFileSync(path);
  const records = await headsOf(path);
  // Behind the session and the stream's options: which client is expected.
  bytes[records[2]!.at]! ^= 0xff;
  writeFileSync(path, bytes);
  const { ns, passedOver } = await read(path, { skipDamage: true });
  assert.deepEqual([ns, passedOver], [[], bytes.length - records[2]!.at]);

  const other = join(folder, 'b.journal');
  await write(other, 2);
  const nothing = new Uint8Array(64);
  const head = new Uint8Array(32);
  writeRecordHead(head, { client: 1, type: 1, receivedAt: 1, length: 64 }, nothing);
  appendFileSync(other, Buffer.concat([head, nothing]));
  await assert.rejects(read(other), /is damaged at byte \d+ \(no frame: .*\(MPI_ERR_IO\)/);
  assert.equal((await read(other, { skipDamage: true })).passedOver, 96);
});

async function headsOf(path: string): Promise<{ at: number; length: number }[]> {
  const scan = await JournalScan.open(path);
  const heads: { at: number; length: number }[] = [];
  for (let record = await scan.next(); record !== undefined; record = await scan.next())
    heads.push({ at: record.at, length: record.length });
  await scan.close();
  return heads;
}

test('what is no journal is left alone', async (context) => {
  const path = join(scratchFolder(context), 'notes.txt');
  writeFileSync(path, 'a text that somebody wants to keep');
  await assert.rejects(openJournal(path), /Cannot open journal ".*": the file is none/);
  await assert.rejects(replayJournal(path), /the file is none/);
  await assert.rejects(replayJournal(join(path, 'x')), MPIError);
  assert.equal(readFileSync(path, 'utf8'), 'a text that somebody wants to keep');
});

test('what gathers does not wait where somebody wants it stored: at a flush, where it is much, when a client leaves', async (context) => {
  const path = join(scratchFolder(context), 'a.journal');
  const journal = await openJournal(path, { gatherMs: 2 ** 30 });
  await journal.flush();
  const { client, finish } = await storedStream([journal]);
  await client.data({ n: 0 }, { a: new Float64Array(1) });
  await journal.flush();
  assert.equal((await read(path)).ns.length, 1);
  await client.data({ n: 1 }, { a: new Float64Array(2 ** 18).fill(1) });
  await client.data({ n: 2 }, { a: new Float64Array(1).fill(2) });
  await finish();
  assert.equal(client.stored, 3);
  assert.equal((await read(path)).ns.length, 3);
});

test('a full disk is an error of the store, nothing counts as stored, and the stream goes on', async (context) => {
  await assert.rejects(
    openJournal('/dev/full'),
    /Cannot open journal "\/dev\/full": there is no room left .*\(MPI_ERR_NO_SPACE\)/,
  );
  const path = join(scratchFolder(context), 'a.journal');
  const file = await open('/dev/full', 'w');
  const journal = new Journal(file, path, { records: 0, cutBytes: 0 }, {});
  const { client, events, finish } = await storedStream([journal]);
  for (let n = 0; n < 20; n += 1) await client.data({ n }, { a: new Float64Array(4000) });
  await finish();
  const failed = events.filter((event) => event.type === 'storeFailed');
  assert.equal(failed.length, 1);
  assert.match(
    failed[0]?.error.message ?? '',
    /Cannot write to journal ".*": there is no room left .*\(MPI_ERR_NO_SPACE\)/,
  );
  assert.equal(client.stored, 0);
  assert.equal(events.filter((event) => event.type === 'update').length, 20);
});

test('a journal of a file that shrinks under it still ends in order', async (context) => {
  const path = join(scratchFolder(context), 'a.journal');
  await write(path, 2);
  truncateSync(path, 3);
  const journal = await openJournal(path);
  assert.deepEqual(journal.recovery, { records: 0, cutBytes: 3 });
  await journal.close();
});

test('a replay keeps the pace that it is asked for, and can be ended', async (context) => {
  const path = join(scratchFolder(context), 'a.journal');
  const { client, stream, finish } = await storedStream([await openJournal(path, { durability: 'system' })]);
  for (let n = 0; n < 3; n += 1) {
    await client.data({ n });
    const until = stream.now() + 40;
    while (stream.now() < until) await new Promise((resolve) => setImmediate(resolve));
  }
  await finish();
  const begun = performance.now();
  for await (const _ of await replayJournal(path, { speed: 2 })) continue;
  assert.ok(performance.now() - begun >= 50, 'three pauses of 40 ms at twice the speed take 60 ms');
  const ending = new AbortController();
  let updates = 0;
  for await (const event of await replayJournal(path, { speed: 0.001, signal: ending.signal })) {
    if (event.type !== 'update') continue;
    updates += 1;
    ending.abort();
  }
  assert.equal(updates, 1);
});

/** Events of a replay that tell of clients and runs. */
async function told(path: string, options: ReplayOptions = {}): Promise<string[]> {
  const lines: string[] = [];
  for await (const event of await replayJournal(path, options)) {
    if (event.type === 'clientFailed') lines.push(`${event.error.code}: ${event.error.message}`);
    if (event.type === 'clientSilent' || event.type === 'runEnded') lines.push(event.type);
    if (event.type === 'runEnded') lines.push(event.report.unfinished.join());
  }
  return lines;
}

test('a client that has failed has failed of the same in the replay', async (context) => {
  const path = join(scratchFolder(context), 'a.journal');
  const { client, stream, events, finish } = await storedStream([
    await openJournal(path, { durability: 'system' }),
  ]);
  const others = ['b', 'c'].map((name) => new HandFedClient(stream, name));
  for (const other of others) await other.hello();
  others[0]?.fail(new MPIError('MPI_ERR_PROC_FAILED', 'Cannot receive from rank 2: it has died'));
  others[1]?.fail(new Error('it has hung up'));
  await client.data({ n: 1 });
  await finish();
  const failures = events.flatMap((event) =>
    event.type === 'clientFailed' ? [`${event.error.code}: ${event.error.message}`] : [],
  );
  assert.deepEqual(failures, [
    'MPI_ERR_PROC_FAILED: Cannot receive from rank 2: it has died (MPI_ERR_PROC_FAILED)',
    'MPI_ERR_OTHER: Cannot go on with c: it has hung up (MPI_ERR_OTHER)',
  ]);
  assert.deepEqual((await told(path)).slice(0, 2), failures);
});

test('what an earlier version has noted of a failure is understood', () => {
  const noted = {
    type: 'failed',
    message: 'Cannot receive from rank 2: it has died (MPI_ERR_PROC_FAILED)',
  } as const;
  const { code, message } = failureOf(noted);
  assert.deepEqual([code, message], ['MPI_ERR_PROC_FAILED', noted.message]);
  const other = failureOf({ type: 'failed', message: 'no class at all' });
  assert.deepEqual([other.code, other.message], ['MPI_ERR_OTHER', 'no class at all (MPI_ERR_OTHER)']);
});

for (const silentHoldsRun of [true, false])
  test(`a replay waits for silent clients as its master did: ${silentHoldsRun}`, async (context) => {
    const path = join(scratchFolder(context), 'a.journal');
    const stores = [await openJournal(path, { durability: 'system' })];
    const stream = new MasterStream({ stores, silentHoldsRun, silentMs: Infinity });
    const [one, two] = ['one', 'two'].map((name) => new HandFedClient(stream, name)) as [
      HandFedClient,
      HandFedClient,
    ];
    const lines: string[] = [];
    const over = (async (): Promise<void> => {
      for await (const event of stream) {
        if (event.type === 'clientSilent' || event.type === 'runEnded') lines.push(event.type);
        if (event.type === 'runEnded') lines.push(event.report.unfinished.join());
      }
    })();
    for (const client of [one, two]) {
      await client.hello();
      await client.data();
    }
    stream.silence(two.entry);
    await one.endRun();
    await one.bye();
    if (silentHoldsRun) await two.endRun();
    if (silentHoldsRun) await two.bye();
    await over;
    await stream.close();
    assert.deepEqual(lines, ['clientSilent', 'runEnded', silentHoldsRun ? '' : 'two']);
    assert.deepEqual((await told(path)).slice(0, 3), lines);
    // Who wants it otherwise says so: the run waits until the journal's end, or does not wait.
    const otherwise = await told(path, { silentHoldsRun: !silentHoldsRun });
    assert.deepEqual(
      otherwise.map((line) => line.replace(/:.*/, '')),
      ['clientSilent', ...(silentHoldsRun ? [] : ['MPI_ERR_OTHER']), 'runEnded', 'two'],
    );
  });

test('the time between two masters is not waited for, and a pause of months is no longer than it was', async (context) => {
  const path = join(scratchFolder(context), 'a.journal');
  const day = 86_400_000;
  for (const times of [
    [1, 1],
    [1000 * day, 1000 * day + 100, 1040 * day],
  ]) {
    const clock = { at: times[0] ?? 0 };
    const stores = [await openJournal(path, { durability: 'system' })];
    const stream = new MasterStream({ stores, silentMs: Infinity, now: () => clock.at });
    const client = new HandFedClient(stream, 'client');
    const over = (async (): Promise<void> => {
      for await (const _ of stream) continue;
    })();
    await client.hello();
    for (const time of times) {
      clock.at = time;
      await client.data();
    }
    await client.endRun();
    await client.bye();
    await over;
    await stream.close();
  }
  const ending = new AbortController();
  const begun = performance.now();
  let updates = 0;
  for await (const event of await replayJournal(path, { speed: 1, signal: ending.signal })) {
    if (event.type !== 'update') continue;
    updates += 1;
    // The fifth one comes 40 days later, which is more than a timer can count.
    if (updates === 4) setTimeout(() => ending.abort(), 50);
  }
  assert.equal(updates, 4);
  assert.ok(performance.now() - begun < 20_000);
});
