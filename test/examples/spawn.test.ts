/** The listings on dynamic processes print what they should. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { CompiledExample } from './compiled-example.ts';
import { sortedLines, Terminals } from './terminals.ts';

describe('spawn', () => {
  let compiled: CompiledExample;
  let terminals: Terminals;
  const program = (name: string): string => compiled.program(name);
  before(() => (compiled = new CompiledExample('spawn')));
  after(() => {
    compiled.remove();
  });
  beforeEach(() => (terminals = new Terminals()));
  afterEach(() => {
    terminals.close();
  });

  it('starts four children, and sends the first one a rank', async () => {
    const run = terminals.launch(['-n', '2', '--slots', '6', program('parent')]);
    await terminals.expectWell();
    assert.deepEqual(await sortedLines(run), [
      'child 0 of 4: received 0 from parent 0',
      'child 1 of 4: has 2 parents',
      'child 2 of 4: has 2 parents',
      'child 3 of 4: has 2 parents',
      'parent 0 of 2: 4 children, errcodes 0 0 0 0',
      'parent 1 of 2: 4 children, errcodes 0 0 0 0',
    ]);
    assert.equal(run.stderr, '');
  });

  it('has no parent where nobody has spawned it', async () => {
    const run = terminals.launch(['-n', '1', program('child')]);
    await terminals.expectWell();
    assert.equal(run.stdout, 'rank 0 of 1: nobody has spawned it\n');
  });

  it('starts several programs in one world, of TypeScript as they are', async () => {
    const run = terminals.launch(['-n', '1', '--slots', '4', 'examples/spawn/multiple.ts']);
    await terminals.expectWell();
    const world = 'of reader solver solver';
    assert.deepEqual((await run.ended).stdout.split('\n').slice(0, -1), [
      `member 0, command 0, reader, ${world}`,
      `member 1, command 1, solver, --fast, ${world}`,
      `member 2, command 1, solver, --fast, ${world}`,
    ]);
  });

  it('finds a server by its name, earlier or later than it publishes it', async () => {
    const build = (name: string): string => `build/examples/spawn/${name}.js`;
    const early = terminals.launch(['-n', '1', build('client'), 'Ada']);
    const server = terminals.launch(['-n', '2', build('server'), '2']);
    await early.ended;
    const late = terminals.node(build('client'), ['Bob']);
    await terminals.expectWell();
    assert.equal(early.stdout, 'Ada, you are client 0; the server has 2 ranks\n');
    assert.equal(late.stdout, 'Bob, you are client 1; the server has 2 ranks\n');
    assert.equal(server.stdout, 'server of 2 ranks: 2 clients served\n');
  });

  it('joins two processes over their socket, and gives the socket back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'joiner-'));
    const listener = terminals.node('build/examples/spawn/joiner.js', ['listen', join(folder, 'socket')]);
    await listener.waitForOutput(/^listen: waiting$/m);
    const caller = terminals.node('build/examples/spawn/joiner.js', ['call', join(folder, 'socket')]);
    await terminals.expectWell();
    rmSync(folder, { recursive: true });
    const heard = (by: string, from: string): string[] =>
      ['MPI', 'TCP'].map((way) => `${by}: ${way} greets from the ${from}er`);
    assert.deepEqual(await sortedLines(caller), heard('call', 'listen'));
    assert.deepEqual(await sortedLines(listener), [...heard('listen', 'call'), 'listen: waiting']);
  });

  it('starts all the rest from one plain process', async () => {
    const run = terminals.node(program('alone'));
    await terminals.expectWell();
    assert.equal(run.stdout, '4 processes, 4 of them different, the sum of their ranks is 6\n');
  });
});
