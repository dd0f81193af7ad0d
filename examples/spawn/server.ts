/**
 * Two jobs that nobody has started together: this one opens a port and publishes it as "server". It serves so many clients as its
 * argument says, one after the other, then ends.
 *
 *     npx parley run -n 2 examples/spawn/server.ts 3
 */
import * as MPI from 'parley';

const world = MPI.COMM_WORLD;
const clients = Number(process.argv[2] ?? 1);

// Port and name count at the root alone; everybody accepts.
const port = world.rank === 0 ? await MPI.openPort() : '';
if (world.rank === 0) await MPI.publishName('server', port);

for (let served = 0; served < clients; served++) {
  const client = await world.accept(port);
  if (world.rank === 0) {
    const { data } = await client.recv<string>(0);
    await client.send(`${data}, you are client ${served}`, 0);
  }
  await client.disconnect();
}

if (world.rank === 0) {
  await MPI.unpublishName('server');
  await MPI.closePort(port);
  console.log(`server of ${world.size} ranks: ${clients} clients served`);
}
