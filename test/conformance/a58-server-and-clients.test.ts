/** A58 server and clients: separate launches that share only the name of a port; some of them are plain `node program`. */
import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { ParleyRun } from '../harness/parley-run.ts';
import { programFile, startRanks } from '../harness/run-ranks.ts';
import { makeSharedMemory } from '../runtime/shared-memory.ts';

const PROGRAM = 'a58-server-and-clients';
let place: string;
before(() => (place = makeSharedMemory()));
after(() => {
  rmSync(place, { recursive: true });
});

interface Start {
  readonly args: readonly string[];
  readonly way: string;
  readonly launched?: boolean;
}

/** All see each other, as on a host where nobody names another place. */
function start({ args, way, launched = true }: Start): ParleyRun {
  const env = { PARLEY_SHM_DIR: place, CHILD_WAY: way };
  if (launched) return startRanks(PROGRAM, { ranks: 1, args, env });
  return new ParleyRun([process.execPath, programFile(PROGRAM), ...args], { env, input: '' });
}

const portOf = async (server: ParleyRun): Promise<string> =>
  (await server.waitForOutput(/^port (\S+)$/m))[1] ?? '';

async function expectWell(...runs: readonly ParleyRun[]): Promise<void> {
  for (const run of runs) {
    assert.equal((await run.ended).code, 0, run.describe());
    await run.expectClean();
  }
  assert.deepEqual(readdirSync(place), []);
}

for (const way of ['blocking', 'awaiting']) {
  test(`A58 a client streams to a server (${way})`, async () => {
    const server = start({ args: ['stream', 'server'], way });
    const client = start({ args: ['stream', 'client', await portOf(server)], way });
    await expectWell(server, client);
    assert.match(server.stdout, /^ok 5 messages$/m);
  });

  test(`A58 a server takes in clients that are started one by one (${way})`, async () => {
    const server = start({ args: ['growing', 'server'], way });
    const port = await portOf(server);
    const clients: ParleyRun[] = [];
    for (const rank of [1, 2, 3]) {
      const client = start({ args: ['growing', 'client', port], way, launched: rank === 2 });
      clients.push(client);
      const [, ...told] = await client.waitForOutput(/^rank (\d+) of (\d+)$/m);
      assert.deepEqual(told.map(Number), [rank, rank + 1]);
    }
    await expectWell(server, ...clients);
    assert.match(server.stdout, /^ok everybody was there$/m);
  });
}
