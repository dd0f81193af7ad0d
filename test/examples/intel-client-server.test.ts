/** Server and client of the Intel MPI library's example, started apart, print what the example prints. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ROOT } from '../harness/parley-run.ts';
import { Terminals } from './terminals.ts';

const SERVER = `Waiting for a client
A client has connected
The server sent the value: 25
The server received the value: 42
`;
const CLIENT = `Attempting to connect
Connected to the server
The client sent the value: 42
The client received the value: 25
`;

describe('intel-client-server', () => {
  let terminals: Terminals;
  let cwd: string;
  beforeEach(() => {
    terminals = new Terminals();
    cwd = mkdtempSync(join(tmpdir(), 'intel-client-server-'));
  });
  afterEach(() => {
    terminals.close();
    rmSync(cwd, { recursive: true });
  });

  it('runs in two terminals, each with its own launcher', async () => {
    const program = (name: string): string[] => [
      '-n',
      '1',
      join(ROOT, `examples/intel-client-server/${name}.ts`),
    ];
    const server = terminals.launch(program('server'), { cwd });
    await server.waitForOutput(/^Waiting for a client$/m);
    const client = terminals.launch(program('client'), { cwd });
    await terminals.expectWell();
    assert.deepEqual([server.stdout, client.stdout], [SERVER, CLIENT]);
    assert.deepEqual(readdirSync(cwd), []);
  });

  it('runs without any launcher, the client first', async () => {
    const program = (name: string): string => `build/examples/intel-client-server/${name}.js`;
    const client = terminals.node(program('client'), ['port'], { cwd });
    await client.waitForOutput(/^Attempting to connect$/m);
    const server = terminals.node(program('server'), ['port'], { cwd });
    await terminals.expectWell();
    assert.deepEqual([server.stdout, client.stdout], [SERVER, CLIENT]);
    assert.equal(server.stderr + client.stderr, '');
  });
});
