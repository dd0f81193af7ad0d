/**
 * Jobs that meet and talk while some of them are killed or stopped (soak/dynamic-kills.test.ts):
 *
 *     doomed-meetings server          prints its port, serves any number of clients at once; the last one closes it
 *     doomed-meetings client PORT     talks until its input ends, or until somebody is lost, and says which
 *     doomed-meetings spawner         spawns until it is told of no loss any more
 *     doomed-meetings child
 */
import {
  ANY_SOURCE,
  COMM_SELF as self,
  COMM_WORLD as world,
  getParent,
  MPIError,
  openPortSync,
} from 'parley';
import type { Intercommunicator } from 'parley';
import { fileURLToPath } from 'node:url';

const [role = '', name = ''] = process.argv.slice(2);
const LONG = new Uint8Array(300_000).fill(3);
const ALLOWED = ['MPI_ERR_PROC_FAILED', 'MPI_ERR_PORT', 'MPI_ERR_SPAWN'];

/** What a loss is told by; anything else is a mistake. */
function tell(what: string, error: unknown): void {
  if (!(error instanceof MPIError) || !ALLOWED.includes(error.code)) throw error;
  if (!/process|rank|job|closed|open/.test(error.message)) throw error;
  console.log(`${what} ${error.code}: ${error.message.split('\n')[0] ?? ''}`);
}

/** Both sides do the same: messages of both kinds, then a collective; true as long as both want to go on. */
async function talk(other: Intercommunicator, goesOn: boolean): Promise<boolean> {
  const sending = [other.send(goesOn, 0, 1), other.send(LONG, 0, 2)];
  const { data } = await other.recv(0, 1);
  await other.recv(ANY_SOURCE, 2);
  for (const send of sending) await send;
  await other.barrier();
  await other.allreduce(1);
  return goesOn && data === true;
}

async function part(other: Intercommunicator): Promise<void> {
  try {
    await other.disconnect();
  } catch (error) {
    tell('gone while parting', error);
  }
}

async function serve(client: Intercommunicator, close: () => void): Promise<void> {
  try {
    while (await talk(client, true));
    close();
  } catch (error) {
    tell('lost', error);
  }
  await part(client);
}

async function runServer(): Promise<void> {
  const port = openPortSync();
  console.log(`port ${port.name}`);
  const clients: Promise<void>[] = [];
  for await (const client of port) clients.push(serve(client, () => void port.close()));
  await Promise.all(clients);
  console.log('ok server');
}

async function runClient(): Promise<void> {
  let goesOn = true;
  process.stdin.resume().once('end', () => (goesOn = false));
  let server: Intercommunicator;
  try {
    server = await self.connect(name);
  } catch (error) {
    tell('not connected', error);
    process.stdin.destroy();
    return;
  }
  console.log('connected');
  try {
    let turns = 0;
    while (await talk(server, goesOn)) if (++turns % 5 === 0) console.log(`turn ${String(turns)}`);
    console.log('ok client');
  } catch (error) {
    tell('lost', error);
  }
  process.stdin.destroy();
  await part(server);
}

async function runSpawner(): Promise<void> {
  for (;;) {
    try {
      const children = await world.spawn(fileURLToPath(import.meta.url), { args: ['child'], maxprocs: 3 });
      console.log('spawned');
      let whole = true;
      try {
        await children.barrier();
      } catch (error) {
        tell('lost', error);
        whole = false;
      }
      await part(children);
      if (whole) break;
    } catch (error) {
      tell('not spawned', error);
    }
  }
  console.log('ok spawner');
}

const ROLES: Readonly<Record<string, () => Promise<void>>> = {
  server: runServer,
  client: runClient,
  spawner: runSpawner,
  child: async () => {
    const parent = getParent();
    if (parent === null) throw new Error('nobody has spawned this process');
    try {
      await parent.barrier();
    } catch (error) {
      tell('lost', error);
    }
    await part(parent);
  },
};

await ROLES[role]?.();
