/**
 * The client: reads the name of the server's port from the file, and connects to it.
 *
 *     npx parley run -n 1 examples/intel-client-server/client.ts        in the second terminal
 */
import * as MPI from 'parley';
import { readPortName } from './port-file.ts';

const world = MPI.COMM_WORLD;
const toServer = 42;

console.log('Attempting to connect');
const server = await world.connect(await readPortName());
console.log('Connected to the server');

await server.send(toServer, 0);
console.log(`The client sent the value: ${toServer}`);
const { data: fromServer } = await server.recv<number>(0);
console.log(`The client received the value: ${fromServer}`);

await server.disconnect();
