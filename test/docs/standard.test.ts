/**
 * The table of the standard's functions (tools/standard.mjs), on a small package that is made to tempt it: names that other
 * things have as well, programs that nobody launches, rows that promise what is not there.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ROOT } from '../harness/parley-run.ts';

const PACKAGE: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({
    name: 'parley',
    type: 'module',
    exports: { '.': './dist/index.js' },
    imports: { '#*': './dist/*' },
  }),
  'dist/index.d.ts': `
    export { Communicator, Intracommunicator, Status } from './comm.js';
    export declare const COMM_WORLD: import('./comm.js').Intracommunicator;
    export declare function join(): void;
    export declare function openPort(): void;`,
  'dist/comm.d.ts': `
    declare class Verbs { bcast(value: number): void; bcastSync(value: number): void; split(): void; }
    export declare abstract class Communicator extends Verbs {
      abstract readonly isInter: boolean;
      [Symbol.asyncDispose](): PromiseLike<void>;
    }
    export declare class Intracommunicator extends Communicator { readonly isInter: false; dup(): this; dupSync(): this; }
    export interface Status { readonly count: number }`,
  'test/programs/support/way.ts': `
    export class Way { call(comm: object, verb: string): unknown { return [comm, verb]; } }`,
  'test/programs/launched.ts': `
    import { COMM_WORLD } from 'parley';
    import { Way } from './support/way.ts';
    new Way().call(COMM_WORLD, 'bcast');
    COMM_WORLD.dup().dup();
    console.log(COMM_WORLD.isInter);`,
  'test/programs/idle.ts': `
    import { COMM_WORLD } from 'parley';
    COMM_WORLD.dupSync();`,
  'test/api/hold-at-ranks.ts': `export function holdAtRanks(program: string): void { console.log(program); }`,
  'test/api/launching.test.ts': `
    import { holdAtRanks } from './hold-at-ranks.ts';
    holdAtRanks('launched');
    ['a', 'b'].join('idle').split('idle');`,
  'test/api/internals.test.ts': `
    import { Intracommunicator, type Status } from '#comm.js';
    const { count } = {} as Status;
    await using comm = new Intracommunicator();
    new Intracommunicator().dup();
    console.log(count);`,
  'test/conformance/a01-first.test.ts': `import * as MPI from 'parley'; console.log(MPI.COMM_WORLD);`,
  'tools/contract-pending.json': '["openPort", "Group"]',
  'tools/standard/functions.mjs': `
    export const RECEIVERS = { comm: 'Communicator', intra: 'Intracommunicator', status: 'Status', group: 'Group' };
    export const CHAPTERS = [{ number: 7, title: 'Seven', rows: [
      ['7.1', 'MPI_Bcast', 'comm.bcast comm.bcastSync', 'Across.'],
      ['7.2', 'MPI_Comm_dup', 'intra.dup'],
      ['7.3', 'MPI_Test_inter', 'comm.isInter'],
      ['7.4', 'MPI_Get_count', 'status.count'],
      ['7.5', 'MPI_Open_port', 'MPI.openPort'],
      ['7.6', 'MPI_Group_union', 'group.union MPI.COMM_WORLD'],
      ['7.7', 'MPI_Comm_free', null, 'It frees itself.'],
    ] }];
    export const OTHER_CHAPTERS = [{ number: 12, title: 'Twelve', reason: 'No memory.' }];`,
  'tools/standard/beyond.mjs': `export const BEYOND = [['comm.Symbol.asyncDispose', 'It ends.']];`,
  'tools/standard/cases.mjs': `
    export const CASES = [['A01', 'one'], ['A02', 'two', 'Differs.'], ['A03', 'three']];
    export const NOT_HERE = { A03: 'It cannot be told.' };`,
};

describe('The table of the standard', () => {
  let root = '';
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  const run = (...args: string[]): { status: number | null; lines: string[] } => {
    const tool = join(ROOT, 'tools/standard.mjs');
    const { status, stdout, stderr } = spawnSync(process.execPath, [tool, '--root', root, ...args], {
      encoding: 'utf8',
    });
    assert.equal(stderr, '');
    return { status, lines: stdout.trim().split('\n').sort() };
  };
  const page = (): string => readFileSync(join(root, 'docs/standard.md'), 'utf8');

  before(() => {
    root = mkdtempSync(join(tmpdir(), 'standard-'));
    for (const [file, text] of Object.entries(PACKAGE)) write(file, text);
  });
  after(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('finds names and uses, says what is wrong, and writes the page all the same', () => {
    const { status, lines } = run();
    assert.equal(status, 1);
    // The words of other things are no uses: Array.join, String.split, a program that nobody launches.
    assert.deepEqual(lines, [
      ...['MPI.Communicator', 'MPI.Intracommunicator', 'MPI.join', 'comm.split', 'intra.dupSync'].map(
        (name) =>
          `standard: ${name} is public and stands in no row; give it one in functions.mjs or beyond.mjs`,
      ),
    ]);
    const test = (name: string): string => `[${name}](../test/${name}.test.ts)`;
    for (const row of [
      `| 7.1 | \`MPI_Bcast\` | \`comm.bcast\`, \`comm.bcastSync\`<br>Across. | ${test('api/launching')} |`,
      `| 7.2 | \`MPI_Comm_dup\` | \`intra.dup\` | ${test('api/launching')}, ${test('api/internals')} |`,
      `| 7.3 | \`MPI_Test_inter\` | \`comm.isInter\` | ${test('api/launching')} |`,
      `| 7.4 | \`MPI_Get_count\` | \`status.count\` | ${test('api/internals')} |`,
      '| 7.5 | `MPI_Open_port` | to come: `MPI.openPort` |  |',
      '| 7.7 | `MPI_Comm_free` | not here: It frees itself. |  |',
      '| 12 Twelve | No memory. |',
      `| \`comm.Symbol.asyncDispose\` | It ends. | ${test('api/internals')} |`,
      `| A01 | one | ${test('conformance/a01-first')} |`,
      '| A02 | two<br>Differs. | to come |',
      '| A03 | three | not here: It cannot be told. |',
    ]) {
      assert.ok(page().includes(`\n${row}\n`), `${row}\n is not in\n${page()}`);
    }
    assert.match(page(), /\| `MPI_Group_union` \| `MPI.COMM_WORLD`; to come: `group.union` \|/);
    assert.match(page(), /4 here, 2 to come in whole or in part, 1 not here/);
  });

  it('fails where the page is stale, a name is made up, and no test uses one', () => {
    write('tools/contract-pending.json', '[]');
    write(
      'tools/standard/beyond.mjs',
      "export const BEYOND = [['MPI.Communicator MPI.Intracommunicator', '']];",
    );
    const beforehand = page();
    const { status, lines } = run('--check');
    assert.equal(status, 1);
    assert.equal(page(), beforehand);
    for (const finding of [
      'standard: MPI_Group_union names group.union, which does not exist',
      'standard: no test uses MPI.openPort (MPI_Open_port)',
      'standard: no test uses MPI.Communicator (beyond.mjs)',
      'standard: docs/standard.md is stale; write it with "node tools/standard.mjs"',
    ]) {
      assert.ok(lines.includes(finding), `${finding}\n is not in\n${lines.join('\n')}`);
    }
    assert.ok(!lines.some((line) => line.includes('MPI.Intracommunicator')));
  });
});
