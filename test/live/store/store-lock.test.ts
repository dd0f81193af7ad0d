/** Who may write to a file: one process at a time, and nobody waits for one that has died. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openHdf5, openJournal, recoverHdf5 } from 'parley/live';
import { StoreLock } from '#live/store/store-lock.js';
import { scratchFolder } from '../support/scratch-folder.js';
import { storedStream } from '../support/stored-stream.js';

/** The lock of a process that has died. */
function leftBehind(path: string, changes: Record<string, unknown> = {}): void {
  const lock = StoreLock.take(path);
  const holder = JSON.parse(readFileSync(`${path}.lock`, 'utf8')) as Record<string, unknown>;
  lock.release();
  const { pid } = spawnSync('true');
  writeFileSync(`${path}.lock`, JSON.stringify({ ...holder, pid, ...changes }));
}

test('a journal has one writer at a time, by whatever name', async (context) => {
  const folder = scratchFolder(context);
  const path = join(folder, 'a.journal');
  const journal = await openJournal(path);
  await journal.flush();
  const before = readFileSync(path);
  symlinkSync(path, join(folder, 'link'));
  const inUse = new RegExp(
    `Cannot write to ".*": this process, ${process.pid}, does; end that first, or take another file \\(MPI_ERR_FILE_IN_USE\\)`,
  );
  await assert.rejects(openJournal(path), inUse);
  await assert.rejects(openJournal(join(folder, 'link')), inUse);
  assert.deepEqual(readFileSync(path), before);
  await journal.close();
  await (await openJournal(path)).close();
  assert.deepEqual(readdirSync(folder).sort(), ['a.journal', 'link']);
});

test('a living process is named, one that has died is not waited for', async (context) => {
  const folder = scratchFolder(context);
  const path = join(folder, 'a.journal');
  const child = spawn('sleep', ['1000']);
  await once(child, 'spawn');
  const ended = once(child, 'exit');
  const stat = readFileSync(`/proc/${child.pid}/stat`, 'latin1');
  leftBehind(path, { pid: child.pid, startTime: stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] });
  await assert.rejects(openJournal(path), new RegExp(`process ${child.pid} does; end that first`));
  // The number is somebody else's by now.
  leftBehind(`${path}2`, { pid: child.pid, startTime: '1' });
  await (await openJournal(`${path}2`)).close();
  child.kill();
  await ended;
  await (await openJournal(path)).close();
  leftBehind(path, { bootId: 'another one' });
  await (await openJournal(path)).close();
  leftBehind(path, { host: 'elsewhere' });
  await assert.rejects(
    openJournal(path),
    /process \d+ of host "elsewhere" does, or has died; remove ".*\.lock" where it has \(MPI_ERR_FILE_IN_USE\)/,
  );
  writeFileSync(`${path}.lock`, 'a text');
  await assert.rejects(openJournal(path), /".*\.lock" is no lock of a store; move it away/);
  assert.deepEqual(readdirSync(folder).sort(), ['a.journal', 'a.journal.lock', 'a.journal2']);
});

test('of many that find a dead one, one takes over', (context) => {
  const path = join(scratchFolder(context), 'a');
  leftBehind(path);
  const guard = StoreLock.take(path);
  assert.throws(() => StoreLock.take(path), /this process/);
  guard.release();
  // The one who took it over has died while it did.
  leftBehind(path);
  const { pid, startTime } = JSON.parse(readFileSync(`${path}.lock`, 'utf8')) as Record<string, string>;
  writeFileSync(`${path}.lock.${pid}-${startTime}`, readFileSync(`${path}.lock`));
  const lock = StoreLock.take(path);
  assert.ok(existsSync(`${path}.lock`));
  lock.release();
});

test('a file of HDF5 that is being written is not recovered', async (context) => {
  const folder = scratchFolder(context);
  const path = join(folder, 'a.h5');
  const { client, events, finish } = await storedStream([openHdf5(path, { flushMs: 1 })]);
  await client.data({ n: 1 });
  while (client.stored < 1 && !events.some(({ type }) => type === 'storeFailed'))
    await new Promise((resolve) => setImmediate(resolve));
  await assert.rejects(recoverHdf5(path), /Cannot write to ".*": this process, \d+, does/);
  await finish();
  assert.deepEqual(await recoverHdf5(path), { wasTorn: false, rows: 1 });
  assert.deepEqual(readdirSync(folder), ['a.h5']);
});

test('a short file is a journal only where a journal begins so', async (context) => {
  const path = join(scratchFolder(context), 'a.txt');
  writeFileSync(path, 'PARTY');
  await assert.rejects(openJournal(path), /Cannot open journal ".*": the file is none \(MPI_ERR_IO\)/);
  assert.equal(readFileSync(path, 'utf8'), 'PARTY');
  writeFileSync(path, 'PARL');
  const journal = await openJournal(path);
  assert.deepEqual(journal.recovery, { records: 0, cutBytes: 4 });
  await journal.close();
  assert.ok(!existsSync(`${path}.lock`));
});
