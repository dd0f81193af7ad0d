/** Options of a spawn: what is wrong is refused before anything is asked for, and what is right becomes a complete order. */
import assert from 'node:assert/strict';
import { arch, hostname } from 'node:os';
import { describe, it } from 'node:test';
import { orderOne, orderSeveral } from '#dynamic/spawn-order.js';
import { checkCommonOptions, type SpawnOptions } from '#dynamic/spawn-options.js';

const INHERITANCE = {
  variables: { HOME: '/home', PWD: '/here' },
  directory: '/here',
  node: { execPath: '/node', options: ['--flag'], typeScriptLoader: null },
};
const order = (options: object, command: unknown = 'x.js'): ReturnType<typeof orderOne> =>
  orderOne(command, options, INHERITANCE);

/** [options, class, what the message says] */
const WRONG: readonly (readonly [object, string, RegExp])[] = [
  [{ wDir: '/' }, 'MPI_ERR_INFO_KEY', /the option "wDir": the options are command, host, arch, wdir/],
  [{ timeuot: 1, x: 2 }, 'MPI_ERR_INFO_KEY', /"timeuot", "x"/],
  [{ wdir: 7 }, 'MPI_ERR_INFO_VALUE', /wdir 7: a string is wanted/],
  [{ soft: '1:2:0' }, 'MPI_ERR_INFO_VALUE', /a stride other than 0/],
  [{ lifetime: 'long' }, 'MPI_ERR_INFO_VALUE', /"independent" or "parent" is wanted/],
  [{ mpi_initial_errhandler: 'mine' }, 'MPI_ERR_INFO_VALUE', /mpi_errors_return, mpi_errors_are_fatal/],
  [{ arch: 'vax' }, 'MPI_ERR_SPAWN', /"vax" is wanted, and this host is/],
  [{ host: `${hostname()},elsewhere` }, 'MPI_ERR_SPAWN', /the host "elsewhere" is not in this universe/],
  [{ env: 'A=1' }, 'MPI_ERR_INFO_VALUE', /env "A=1": an object is wanted/],
  [{ env: { A: 1 } }, 'MPI_ERR_INFO_VALUE', /env\.A 1: a string, or undefined, is wanted/],
  [{ maxprocs: 0 }, 'MPI_ERR_ARG', /Cannot spawn 0 processes of "x.js": a whole number from 1/],
  [{ maxprocs: -1, soft: '1' }, 'MPI_ERR_ARG', /a whole number from 0/],
  [{ maxprocs: 1.5 }, 'MPI_ERR_ARG', /1\.5 processes/],
  [{ args: 'a b' }, 'MPI_ERR_ARG', /a list of strings is wanted/],
  [{ args: ['a', 1] }, 'MPI_ERR_ARG', /a list of strings is wanted/],
];

describe('the options of a spawn', () => {
  for (const [options, code, message] of WRONG) {
    it(`${JSON.stringify(options)} is ${code}`, () => {
      assert.throws(() => order(options), { code, message });
      const { timeuot, x, ...rest } = options as Record<string, unknown>;
      if (timeuot !== undefined || x !== undefined) return;
      assert.throws(() => orderSeveral([{ command: 'y.js' }, { command: 'x.js', ...rest }], INHERITANCE), {
        code,
      });
    });
  }

  it('no program is MPI_ERR_ARG', () => {
    for (const command of ['', null, undefined, 7])
      assert.throws(() => orderOne(command, {}, INHERITANCE), {
        code: 'MPI_ERR_ARG',
        message: /the name of a program is wanted/,
      });
    for (const commands of [[], null, 'x.js'])
      assert.throws(() => orderSeveral(commands, INHERITANCE), { code: 'MPI_ERR_ARG' });
  });

  it('of a whole spawn are no options of a command', () => {
    checkCommonOptions({ root: 1, timeout: 5, signal: AbortSignal.abort() });
    assert.throws(() => checkCommonOptions({ wdir: '/' } as SpawnOptions), { code: 'MPI_ERR_INFO_KEY' });
    assert.throws(() => orderSeveral([{ command: 'a', timeout: 5 }], INHERITANCE), {
      code: 'MPI_ERR_INFO_KEY',
    });
    assert.throws(() => orderSeveral([{ command: 'a', root: 0 }], INHERITANCE), { code: 'MPI_ERR_INFO_KEY' });
  });

  it('that agree become one order', () => {
    const several = orderSeveral(
      [
        { command: 'a', lifetime: 'parent' },
        { command: 'b', lifetime: 'parent', mpi_initial_errhandler: 'mpi_errors_abort' },
      ],
      INHERITANCE,
    );
    assert.deepEqual([several.lifetime, several.errorHandler], ['parent', 'mpi_errors_abort']);
    assert.throws(
      () =>
        orderSeveral(
          [
            { command: 'a', lifetime: 'parent' },
            { command: 'b', lifetime: 'independent' },
          ],
          INHERITANCE,
        ),
      { code: 'MPI_ERR_INFO_VALUE', message: /the processes share one world/ },
    );
  });

  it('are filled up with what the root has', () => {
    const { commands, ...whole } = order({});
    assert.deepEqual(whole, {
      directory: '/here',
      node: INHERITANCE.node,
      lifetime: 'independent',
      errorHandler: '',
    });
    assert.deepEqual(commands, [
      {
        command: 'x.js',
        args: [],
        maxprocs: 1,
        counts: [1],
        workingDirectory: '/here',
        path: '',
        variables: INHERITANCE.variables,
      },
    ]);
  });

  it('are taken as they are given', () => {
    const { commands } = order({
      args: ['a', ''],
      maxprocs: 9,
      soft: '2:8:3',
      wdir: 'sub',
      path: '/p:q',
      env: { HOME: undefined, NEW: '1' },
      arch: arch(),
      host: `localhost, ${hostname()}`,
    });
    assert.deepEqual(commands, [
      {
        command: 'x.js',
        args: ['a', ''],
        maxprocs: 9,
        counts: [8, 5, 2],
        workingDirectory: '/here/sub',
        path: '/p:q',
        variables: { NEW: '1', PWD: '/here/sub' },
      },
    ]);
  });
});
