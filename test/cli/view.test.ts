/** Looking at a running program from other processes, which leave, hang and are killed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunReport } from 'parley/live';
import type { ClientsPanel, Region } from '#live/view/panel.js';
import type { ImageFrame, StripFrame, ViewPanel } from '#live/view/wire/view-topics.js';
import { type ParleyRun, startParley } from '../harness/parley-run.js';
import { startRanks } from '../harness/run-ranks.js';
import { ViewerClient } from '../live/view/viewer-client.js';

/** `parley view` beside the program of that run. */
function look(program: ParleyRun, ...args: string[]): ParleyRun {
  return startParley(['view', ...args], { env: { PARLEY_SHM_DIR: program.sharedMemory }, input: '' });
}

async function pageOf(run: ParleyRun): Promise<ViewerClient> {
  const [url] = await run.waitForOutput(/^http:\S+\/$/m);
  return ViewerClient.connect(url);
}

/** How it ended, with nothing left behind. */
async function ended(run: ParleyRun): Promise<readonly [code: number | null, stderr: string]> {
  const { code, stderr } = await run.ended;
  await run.expectClean();
  return [code, stderr];
}

const viewPanel = (page: ViewerClient): ViewPanel | undefined =>
  page.last('$view')?.panel as ViewPanel | undefined;

test('viewers see what the program shows, speak to its clients, and cost it a line in its log when they leave, hang or die', async () => {
  const program = startRanks('live-viewed', { ranks: 2 });
  await program.waitForOutput(/ready/, 'stderr');
  const [first, stopped, killed] = [look(program, 'viewed'), look(program, 'viewed'), look(program, 'door')];
  const page = await pageOf(first);

  // Everything at once: what the program shows itself, and what has appeared for what its client sends.
  await page.until(() =>
    ['whole', 'frame', 'n', 'clients', 'status'].every((name) => page.last(name) !== undefined),
  );
  page.say({ type: 'format', topic: 'whole', format: 'f32' });
  await page.until(() => (page.last('whole')?.panel as ImageFrame).codes.data instanceof Float32Array);
  const { codes, shape } = page.last('whole')?.panel as ImageFrame;
  assert.deepEqual([...codes.data], [...Float32Array.of(0.1, -1e300, Number.NaN, 7)]);
  assert.deepEqual(shape, [2, 2]);
  assert.equal(viewPanel(page)?.title, 'Viewed');
  await page.until(() => viewPanel(page)?.topics.includes('clients') === true);
  const rows = (page.last('clients')?.panel as ClientsPanel).rows.map(({ name, state }) => [name, state]);
  assert.deepEqual(rows, [['rank 1', 'live']]);

  // A region goes to the clients, and to the pages of the others.
  const others = [await pageOf(stopped), await pageOf(killed)];
  const region: Region = { rows: [17, 40], columns: [3, 9] };
  page.say({ type: 'region', topic: 'frame', region });
  await page.until(() => (page.last('row')?.panel as StripFrame | undefined)?.columns[0]?.at(-1) === 17);
  for (const other of others) {
    await other.until(() => viewPanel(other)?.regions['frame'] !== undefined);
    assert.deepEqual(viewPanel(other)?.regions['frame'], region);
  }

  // One hangs, one dies: the others go on.
  stopped.kill('SIGSTOP');
  killed.kill('SIGKILL');
  await program.waitForOutput(/LOG lost/, 'stderr');
  const seen = page.of('frame').length;
  await page.until(() => page.of('frame').length >= seen + 20);

  // One leaves, another one stops the clients: the program ends, whoever hangs.
  await page.close();
  first.kill('SIGINT');
  assert.deepEqual(await ended(first), [0, '']);
  await program.waitForOutput(/LOG left/, 'stderr');
  const last = look(program, 'viewed');
  const lastPage = await pageOf(last);
  await lastPage.until(() => lastPage.last('row') !== undefined);
  lastPage.say({ type: 'stop' });
  const { code, stdout, stderr } = await program.ended;
  assert.equal(code, 0, program.describe());
  const { reports, rows: clients } = JSON.parse(stdout) as { reports: RunReport[]; rows: number };
  assert.deepEqual(
    reports.map(({ run, complete, clients: shares }) => [run, complete, shares.length]),
    [[1, true, 1]],
  );
  assert.equal(clients, 1);
  const log = stderr.split('\n').filter((line) => line !== '' && line !== 'ready');
  assert.deepEqual(log, [
    ...Array.from({ length: 3 }, () => 'LOG attached parley view (pid N)'),
    'LOG lost parley view (pid N)',
    'LOG left parley view (pid N)',
    'LOG attached parley view (pid N)',
  ]);
  assert.deepEqual(await ended(last), [0, 'parley: viewed: the program has closed it\n']);
  stopped.kill('SIGCONT');
  assert.match((await ended(stopped))[1], /^parley: viewed: the program has (closed it|ended)/);
  await Promise.all([killed.ended, ...[...others, lastPage].map((other) => other.close())]);
  killed.release();
  await program.expectClean();
});

test('a viewer waits for a program that is not there yet, says when it was killed, and is back with it', async () => {
  const viewer = startParley(['view', 'viewed', '--wait'], { input: '' });
  const start = (): ParleyRun =>
    startRanks('live-viewed', { ranks: 2, env: { PARLEY_SHM_DIR: viewer.sharedMemory } });
  const doomed = start();
  const page = await pageOf(viewer);
  await page.until(() => page.last('frame') !== undefined);
  const master = doomed.rankProcesses().get(0);
  assert.ok(master !== undefined);
  process.kill(master.pid, 'SIGKILL');
  await viewer.waitForOutput(/the program has ended without a word/, 'stderr');
  const again = start();
  await viewer.waitForOutput(/viewed is back/, 'stderr');
  page.frames.length = 0;
  await page.until(() => page.last('frame') !== undefined);
  viewer.kill('SIGINT');
  assert.equal((await viewer.ended).code, 0);
  again.kill('SIGINT');
  await Promise.all([doomed.ended, again.ended, page.close()]);
  for (const run of [doomed, again, viewer]) run.release();
});

test('what cannot be looked at is told with what there is', async () => {
  const program = startRanks('live-viewed', { ranks: 2 });
  await program.waitForOutput(/ready/, 'stderr');
  const wrong = [
    [['nobody'], 1, /"nobody": nobody publishes that name; there are "bare", "door", "viewed" \(--wait/],
    [['bare'], 1, /Cannot look on: the program there has a stream, and shows nothing of it/],
    [['parley:x'], 1, /Cannot connect to "parley:x": it is no port name/],
    [['viewed', '--host', '192.0.2.1'], 1, /Cannot serve a page at 192\.0\.2\.1:0/],
    [['viewed', '--port', 'many'], 2, /--port: "many" is no port/],
    [[], 2, /missing required argument 'name\|port'/],
  ] as const;
  const results = await Promise.all(wrong.map(([args]) => ended(look(program, ...args))));
  for (const [index, [code, stderr]] of results.entries()) {
    assert.equal(code, wrong[index]?.[1], stderr);
    assert.match(stderr, wrong[index]?.[2] ?? /never/);
  }
  program.kill('SIGINT');
  await program.ended;
  await program.expectClean();
});
