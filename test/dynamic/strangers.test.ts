/** Only processes of the same user meet: another one gets in neither by a port's name nor by the files behind it. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ParleyRun } from '../harness/parley-run.ts';
import { programFile, startRanks } from '../harness/run-ranks.ts';

const IS_ROOT = process.getuid?.() === 0;
/** Nobody, as a rule. */
const OTHER = '65534';
const TO_OTHER = ['setpriv', '--reuid', OTHER, '--regid', OTHER, '--clear-groups'];

test('another user is refused', { skip: !IS_ROOT && 'only root can act as somebody else' }, async () => {
  // The other one has to get there, and a test's own folders are its user's alone.
  const place = mkdtempSync('/dev/shm/parley-strangers-');
  chmodSync(place, 0o1777);
  const env = { PARLEY_SHM_DIR: place };
  const server = startRanks('stranger', { ranks: 1, args: ['server'], env });
  const runs = [server];
  try {
    const [, port = ''] = await server.waitForOutput(/^port (\S+)$/m);
    const command = [process.execPath, programFile('stranger'), 'client', port, join(place, 'parley-0')];
    for (const [user, told] of [
      [TO_OTHER, 'ok refused\n'],
      [[], 'ok served\n'],
    ] as const) {
      const client = new ParleyRun([...user, ...command], { env });
      runs.push(client);
      const { stdout } = await client.ended;
      assert.equal(stdout, told, client.describe());
    }
    assert.equal((await server.ended).code, 0);
    for (const run of runs) await run.expectClean();
    assert.deepEqual(readdirSync(place), []);
  } finally {
    for (const run of runs) run.release();
    rmSync(place, { recursive: true });
  }
});
