/**
 * The server: opens a port, writes its name to a file, and waits for one client. It may be started before the client or after it.
 *
 *     npx parley run -n 1 examples/intel-client-server/server.ts        in the first terminal
 */
import { rm } from 'node:fs/promises';
import * as MPI from 'parley';
import { portFile, writePortName } from './port-file.ts';

const world = MPI.COMM_WORLD;
const toClient = 25;

const port = await MPI.openPort();
await writePortName(port.name);

console.log('Waiting for a client');
const client = await world.accept(port);
console.log('A client has connected');

// One client is all that this server wants.
await rm(portFile, { force: true });
await port.close();

await client.send(toClient, 0);
console.log(`The server sent the value: ${toClient}`);
const { data: fromClient } = await client.recv<number>(0);
console.log(`The server received the value: ${fromClient}`);

await client.disconnect();
