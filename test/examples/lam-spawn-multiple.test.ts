/** What the manual page of LAM's MPI_Comm_spawn_multiple tells, as programs. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { CompiledExample } from './compiled-example.ts';
import { sortedLines, Terminals } from './terminals.ts';

describe('lam-spawn-multiple', () => {
  let compiled: CompiledExample;
  let terminals: Terminals;
  const program = (name: string): string => compiled.program(name);
  before(() => (compiled = new CompiledExample('lam-spawn-multiple')));
  after(() => {
    compiled.remove();
  });
  beforeEach(() => (terminals = new Terminals()));
  afterEach(() => {
    terminals.close();
  });

  it('fills the universe, merges, reduces, and waits for its children', async () => {
    const run = terminals.launch(['-n', '2', '--slots', '5', program('fill')]);
    await terminals.expectWell();
    assert.deepEqual(await sortedLines(run), [
      'follower: rank 1 of 3, command 1, 3 of all [--quietly]',
      'follower: rank 2 of 3, command 1, 4 of all [--quietly]',
      'leader: rank 0 of 3, command 0, 2 of all []',
      'merged: 5 processes, the sum of their ranks is 10',
      'parent 0: errcodes 0 0 0',
      'parent 1: errcodes 0 0 0',
      'parents: everybody has done their work',
      'universe of 5, 2 running: room for 3',
    ]);
    assert.equal(run.stderr, '');
  });

  it('reads from an application schema what to spawn', async () => {
    const run = terminals.launch(['-n', '1', '--slots', '4', program('fill'), '--schema']);
    await terminals.expectWell();
    assert.deepEqual(await sortedLines(run), [
      'follower: rank 1 of 3, command 1, 2 of all [--quietly]',
      'follower: rank 2 of 3, command 2, 3 of all [in other words]',
      'leader: rank 0 of 3, command 0, 1 of all []',
      'merged: 4 processes, the sum of their ranks is 6',
      'parent 0: errcodes 0 0 0',
      'parents: everybody has done their work',
      'universe of 4, 1 running: room for 3',
    ]);
  });

  it('is told a code for each process that could not be started, and goes on', async () => {
    const run = terminals.launch(['-n', '2', program('refused')]);
    await terminals.expectWell();
    assert.deepEqual(await sortedLines(run), [
      'process 0: Processes could not be started (MPI_ERR_SPAWN)',
      'process 1: There is no such file (MPI_ERR_NO_SUCH_FILE)',
      'process 2: There is no such file (MPI_ERR_NO_SUCH_FILE)',
      'rank 0 of 2 goes on',
      'rank 1 of 2 goes on',
    ]);
  });

  it('leaves orphans behind, who go on, and takes along those that are to end with it', async () => {
    const run = terminals.launch(['-n', '1', '--slots', '4', program('orphans')]);
    await terminals.expectWell();
    assert.deepEqual(await sortedLines(run), [
      'orphan 0: the parent is gone, 2 orphans make the best of it',
      'orphan 1: the parent is gone, 2 orphans make the best of it',
      'parent: the dependant is at work; good night',
    ]);
    assert.equal(run.stderr, '');
  });
});
