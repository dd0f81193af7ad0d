/** A57 join: inside one world, and two processes that were started apart. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { holdAtRanks } from '../api/hold-at-ranks.ts';
import { Terminals } from '../examples/terminals.ts';

holdAtRanks('a57-join', [2]);

test('A57 two processes that nobody has launched join over a Unix socket', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'parley-join-'));
  const terminals = new Terminals();
  const program = 'build/test/programs/a57-join.js';
  try {
    const path = join(directory, 'socket');
    const listener = terminals.node(program, ['listen', path]);
    await listener.waitForOutput(/listening/);
    const caller = terminals.node(program, ['call', path]);
    await terminals.expectWell();
    for (const run of [listener, caller]) assert.match(run.stdout, /^ok joined apart$/m);
  } finally {
    terminals.close();
    rmSync(directory, { recursive: true, force: true });
  }
});
