/** Where frames come from, and what the command line may say. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parseArguments } from '../../examples/psana/arguments.ts';
import { openSource } from '../../examples/psana/sources/registry.ts';
import { eventsOf, type Share } from '../../examples/psana/sources/source.ts';
import { npyBytes } from '../fixtures/psana/npy-bytes.ts';

const folder = { path: '' };

before(async () => {
  folder.path = await mkdtemp(path.join(os.tmpdir(), 'psana-sources-'));
});
after(async () => {
  await rm(folder.path, { recursive: true });
});

async function write(name: string, content: Uint8Array): Promise<string> {
  const file = path.join(folder.path, name);
  await writeFile(file, content);
  return file;
}

describe('a source', () => {
  it('is a simulated experiment, with one run or several', async () => {
    const source = await openSource('exp=xpptut15:run=54', 0);
    assert.deepEqual(source.runs, [54]);
    assert.equal(source.nameOf(54), 'xpptut15-r0054');
    assert.deepEqual((await openSource('exp=a:run=3,10-12,11', 0)).runs, [3, 10, 11, 12]);
    const run = await source.openRun(54, 'cspad');
    assert.deepEqual([run.detector.rows, run.detector.columns, run.events], [185, 388, source.eventsPerRun]);
    assert.equal((await run.frame(0))?.length, 185 * 388);
    await run.close();
  });

  it('is a file of frames, taken as they are, with what is not a number as 0', async () => {
    const file = await write(
      'two.npy',
      npyBytes([1, 2, 3, NaN, -5, 6], [2, 1, 3], { dtype: 'f8', order: '>' }),
    );
    const source = await openSource(`file=${file}`, 0);
    assert.deepEqual([source.runs, source.eventsPerRun, source.nameOf(1)], [[1], 2, 'two']);
    const run = await source.openRun(0);
    assert.deepEqual([run.detector.rows, run.detector.columns], [1, 3]);
    assert.deepEqual(Array.from(run.detector.calibrate((await run.frame(1)) ?? [])), [0, -5, 6]);
    await run.close();
  });

  it('is refused with what is known where nothing of the kind is', async () => {
    await assert.rejects(
      openSource('shmem=psana.0', 0),
      /Cannot open source "shmem=psana\.0".*exp=NAME:run=N.*file=FRAMES\.npy/,
    );
    await assert.rejects(openSource('xpptut15', 0), /no kind of source is called so/);
    for (const wrong of [
      'exp=xpptut15',
      'exp=:run=1',
      'exp=a:run=',
      'exp=a:run=5-3',
      'exp=a:run=1-5000',
      'exp=a:run=x',
    ]) {
      await assert.rejects(openSource(wrong, 0), /wanted is exp=NAME:run=N, as in exp=xpptut15:run=54/);
    }
    await assert.rejects(openSource('file=', 0), /a file name is wanted/);
    await assert.rejects(
      openSource('file=/none/such.npy', 0),
      /Cannot open "\/none\/such\.npy": there is no such file/,
    );
    const text = await write('text.npy', Buffer.from('no frames in here'));
    await assert.rejects(openSource(`file=${text}`, 0), /text\.npy": it does not begin as a \.npy file does/);
  });

  it('names its detectors where an unknown one is asked for', async () => {
    const simulation = await openSource('exp=xpptut15:run=54', 0);
    assert.throws(
      () => simulation.openRun(54, 'epix'),
      /Cannot find detector "epix" in experiment "xpptut15"; it has: cspad/,
    );
    const small = await openSource(`file=${await write('small.npy', npyBytes([1, 2], [1, 2]))}`, 0);
    await assert.rejects(
      small.openRun(0, 'cspad'),
      /Cannot find detector "cspad" in ".*", which holds frames of 1x2; it has: frames/,
    );
    const panel = await openSource(
      `file=${await write('panel.npy', npyBytes(new Array<number>(185 * 388).fill(0), [185, 388]))}`,
      0,
    );
    for (const name of ['cspad', 'frames']) await (await panel.openRun(0, name)).close();
  });
});

describe('the share of a client', () => {
  const run = {
    events: 11,
    detector: {
      name: 'x',
      rows: 1,
      columns: 1,
      calibrate: () => new Float64Array(1),
      peaks: { threshold: 1, signalToNoise: 1 },
    },
    frame: (event: number): Promise<number[] | undefined> =>
      Promise.resolve(event === 4 ? undefined : [event]),
    close: () => Promise.resolve(),
  };
  async function shareOf(share: Share): Promise<number[]> {
    const events: number[] = [];
    for await (const { event, frame } of eventsOf(run, share)) {
      assert.deepEqual(frame, event === 4 ? undefined : [event]);
      events.push(event);
    }
    return events;
  }

  it('is every event once among all clients, in turn', async () => {
    for (const clients of [1, 2, 3, 7, 20]) {
      const shares = await Promise.all(
        Array.from({ length: clients }, (_, client) => shareOf({ client, clients })),
      );
      assert.deepEqual(shares.flat().sort((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]); // prettier-ignore
      assert.ok(shares.every((share, client) => share.every((event) => event % clients === client)));
    }
  });

  it('ends at the limit of events, counted over all clients', async () => {
    assert.deepEqual(await shareOf({ client: 1, clients: 3, limit: 6 }), [1, 4]);
  });

  it('lets timers have their turn between events', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 0);
    const events = eventsOf({ ...run, events: 100_000 }, { client: 0, clients: 1 });
    while (ticks < 3) await events.next();
    clearInterval(timer);
    await events.return();
  });
});

describe('the command line', () => {
  it('is that of the original, with options of our own', () => {
    const args = parseArguments(['exp=xpptut15:run=54', 'cspad', '-n', '10']);
    assert.deepEqual(
      { source: args?.source, detector: args?.detector, events: args?.events, output: args?.output },
      { source: 'exp=xpptut15:run=54', detector: 'cspad', events: 10, output: 'out/psana' },
    );
    const all = parseArguments(['file=x.npy', '--noe', '7', '--output', 'o', '--seed', '3', '--rate', '120', '--every', '5', '--interval', '0.5', '--patience', '0', '--progress', '--bar']); // prettier-ignore
    assert.deepEqual(all, { source: 'file=x.npy', detector: undefined, events: 7, output: 'o', seed: 3, rate: 120, every: 5, interval: 0.5, patience: 0, progress: true, bar: true }); // prettier-ignore
  });

  it('is help where that is asked for', () => {
    assert.equal(parseArguments(['--help']), null);
    assert.equal(parseArguments(['x', '-h']), null);
  });

  it('is refused with what is wanted', () => {
    const refused: [string[], RegExp][] = [
      [[], /no source is named; wanted is, for example, exp=xpptut15:run=54 cspad -n 10/],
      [['a', 'b', 'c'], /"c" is too much/],
      [['a', '-n', '0'], /--noe is "0"; wanted is a whole number, at least 1/],
      [['a', '-n', 'ten'], /--noe is "ten"/],
      [['a', '--rate', '-1'], /--rate/],
      [['a', '--rate', '0'], /--rate is "0"; wanted is a number above 0/],
      [['a', '--patience', 'x'], /--patience is "x"/],
      [['a', '--nonsense'], /--nonsense/],
    ];
    for (const [argv, message] of refused) assert.throws(() => parseArguments(argv), message);
  });
});
