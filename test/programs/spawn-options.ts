/** What a spawn may say of its children, and what they inherit where it says nothing (MPI-4.1 §11.8.4). */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as MPI from 'parley';
import { runCasesOnce } from './support/cases.ts';
import { CHILD, commandOf, partOf, reportsOf, spawnPart } from './support/children.ts';

const { COMM_WORLD: world } = MPI;
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'parley-spawn-')));
process.once('exit', () => {
  rmSync(folder, { recursive: true });
});
mkdirSync(join(folder, 'sub'));
symlinkSync(CHILD, join(folder, 'sub', 'aliased.js'));

await runCasesOnce({
  'directory, environment and Node options are inherited': async (way) => {
    process.env['OWN_SETTING'] = 'inherited';
    process.chdir(folder);
    const [report] = await reportsOf(way, await spawnPart(way, world, 'report'));
    assert.equal(report?.directory, folder);
    assert.equal(report.variables['OWN_SETTING'], 'inherited');
    assert.equal(report.variables['FROM_LAUNCHER'], 'all generations');
    assert.equal(report.variables['PARLEY_JOB_ENVIRONMENT'], undefined);
    assert.deepEqual(report.execArgv, process.execArgv);
    assert.equal(report.universeSize, world.getAttr(MPI.UNIVERSE_SIZE));
    assert.equal(report.appNumber, 0);
  },
  'variables are added, changed and taken away': async (way) => {
    process.env['TO_CHANGE'] = process.env['TO_GO'] = 'old';
    const env = { TO_CHANGE: 'new = "x"\n', TO_GO: undefined, ADDED: '' };
    const [report] = await reportsOf(way, await spawnPart(way, world, 'report', { env }));
    const { TO_CHANGE, TO_GO, ADDED } = report?.variables ?? {};
    assert.deepEqual([TO_CHANGE, TO_GO, ADDED], ['new = "x"\n', undefined, '']);
    assert.equal(process.env['TO_GO'], 'old');
  },
  'environments that fill many frames come whole, also of spawns at once': async (way) => {
    const long = ['a', 'b'].map((letter) => letter.repeat(100_000));
    const spawned = await Promise.all(long.map((LONG) => spawnPart(way, world, 'report', { env: { LONG } })));
    for (const [index, children] of spawned.entries()) {
      const [report] = await reportsOf(way, children);
      assert.equal(report?.variables['LONG'], long[index]);
    }
  },
  'wdir and path may be relative, and each command has its own': async (way) => {
    const env = partOf('report', way);
    const commands = [
      { command: 'aliased.js', path: `missing:${join(folder, 'sub')}`, env },
      { command: 'sub/aliased.js', wdir: 'sub', env },
      { command: basename(CHILD), path: join(CHILD, '..'), wdir: '/', env },
    ];
    const reports = await reportsOf(way, await way.call(world, 'spawnMultiple', commands));
    assert.deepEqual(
      reports.map(({ directory, appNumber }) => [directory, appNumber]),
      [
        [folder, 0],
        [join(folder, 'sub'), 1],
        ['/', 2],
      ],
    );
  },
  'a schema file says what is started': async (way) => {
    const file = join(folder, 'schema');
    writeFileSync(
      file,
      `# two groups\n${CHILD} first\n\n-np 2 -wd sub -x LEVEL=2 ${CHILD} "second one" # here\n`,
    );
    const children = await spawnPart(way, world, 'report', {
      file: 'schema',
      args: ['not this'],
      maxprocs: 7,
    });
    assert.deepEqual(children.errcodes, [0, 0, 0]);
    const reports = await reportsOf(way, children);
    assert.deepEqual(
      reports.map(({ args, directory, variables, appNumber }) => [
        args,
        directory,
        variables['LEVEL'],
        appNumber,
      ]),
      [
        [['first'], folder, undefined, 0],
        [['second one'], join(folder, 'sub'), '2', 1],
        [['second one'], join(folder, 'sub'), '2', 1],
      ],
    );
  },
  'where there are slots, or they may be exceeded, soft starts the largest number': async (way) => {
    const children = await spawnPart(way, world, 'report', { soft: '1:9:2', maxprocs: 4 });
    // Three of the four that are asked for.
    assert.deepEqual(children.errcodes, [0, 0, 0, MPI.errorClass('MPI_ERR_SPAWN')]);
    assert.equal((await reportsOf(way, children)).length, 3);
  },
  'the error handler of the children is the one that was named': async (way) => {
    for (const [handler, name] of [
      [undefined, 'ERRORS_RETURN'],
      ['mpi_errors_abort', 'ERRORS_ABORT'],
    ] as const) {
      const options = handler === undefined ? {} : { mpi_initial_errhandler: handler };
      const children = await spawnPart(way, world, 'tell the error handler', options);
      const { data } = await way.call(children, 'recv', 0, 4);
      assert.ok(
        (data as string[]).every((each) => each.includes(name)),
        JSON.stringify(data),
      );
      await way.call(children, 'disconnect');
    }
  },
  'children have children, and these too': async (way) => {
    const children = await spawnPart(way, world, 'have children', { args: ['1'], maxprocs: 2 });
    for (let child = 0; child < 2; child++) {
      const { data } = await way.call(children, 'recv', child, 3);
      assert.deepEqual(data, [child, 'all generations', 'all generations']);
    }
    await way.call(children, 'disconnect');
  },
  'children spawn together, two spawns of one communicator are under way at the same time': async (way) => {
    const [first, second] = await Promise.all([
      spawnPart(way, world, 'spawn together', { maxprocs: 2 }),
      way.call(world, 'spawnMultiple', [commandOf(way, 'barrier, then leave', { maxprocs: 1 })]),
    ]);
    assert.deepEqual([first.remoteSize, second.remoteSize], [2, 1]);
    for (const children of [second, first]) {
      await way.call(children, 'barrier');
      await way.call(children, 'disconnect');
    }
  },
});
