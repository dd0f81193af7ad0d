/**
 * Looks up the name "server", waits for it where it is not there yet, and connects.
 *
 *     npx parley run -n 1 examples/spawn/client.ts Ada
 */
import * as MPI from 'parley';

const port = await MPI.lookupName('server', { timeout: 10_000 });
const server = await MPI.COMM_WORLD.connect(port);

await server.send(process.argv[2] ?? 'client', 0);
const { data } = await server.recv<string>(0);
console.log(`${data}; the server has ${server.remoteSize} ranks`);
await server.disconnect();
