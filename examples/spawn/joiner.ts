/**
 * Two processes that have a socket to each other, and nothing else in common, join. The socket is as it was afterwards.
 *
 *     node examples/spawn/joiner.ts listen [PORT]        in one terminal: a TCP port, or a path
 *     node examples/spawn/joiner.ts call [PORT]          in another
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import * as MPI from 'parley';

const [role = 'call', address = '7447'] = process.argv.slice(2);
const place = /^\d+$/.test(address) ? { host: '127.0.0.1', port: Number(address) } : { path: address };
const socket = role === 'listen' ? await firstCaller() : await callListener();

//  MPI_Comm_join(fd, &peer);
const peer = await MPI.join(socket);
const { data } = await peer.sendrecv<string>(`MPI greets from the ${role}er`, 0, 0, 0, 0);
console.log(`${role}: ${data}`);
await peer.disconnect();

socket.end(`TCP greets from the ${role}er`);
for await (const text of socket.setEncoding('utf8')) console.log(`${role}: ${text}`);

async function firstCaller(): Promise<Socket> {
  const server = createServer().listen(place);
  await once(server, 'listening');
  console.log('listen: waiting');
  const [caller] = (await once(server, 'connection')) as [Socket];
  server.close();
  return caller;
}

async function callListener(): Promise<Socket> {
  const caller = connect(place);
  await once(caller, 'connect');
  return caller;
}
