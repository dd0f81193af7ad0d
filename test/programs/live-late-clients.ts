/**
 * A master that its clients come to later: one process that it spawns, and one that finds its port under a name. Both are this
 * program again. The master prints what it saw.
 */
import * as MPI from 'parley';
import { connectStream, openStream } from 'parley/live';

const SERVICE = `live-late-clients-${process.argv[3] ?? process.pid}`;
const COUNT = 20;

async function send(comm: MPI.Communicator, name: string): Promise<void> {
  const stream = connectStream(comm, { name });
  const md = stream.update();
  for (let n = 1; n <= COUNT; n += 1) {
    md.addArray('n', Float64Array.of(n));
    await md.send();
  }
  await md.endRun();
  await stream.close();
}

async function master(): Promise<void> {
  const self = process.argv[1] ?? '';
  await using port = await MPI.openPort();
  await MPI.publishName(SERVICE, port);
  const stream = openStream(null);
  const accepting = stream.accept(port);
  const children = await MPI.COMM_SELF.spawn(self, { args: ['spawned'] });
  stream.attach(children);
  const other = await MPI.COMM_SELF.spawn(self, { args: ['connects', String(process.pid)] });
  let sum = 0;
  const ended: string[] = [];
  let left = 0;
  for await (const event of stream) {
    if (event.type === 'update') sum += event.array('n', Float64Array)[0] ?? 0;
    if (event.type === 'runEnded') ended.push(`run ${event.run}: ${event.report.received}`);
    if (event.type === 'clientLeft') left += 1;
    if (left === 2) await port.close();
  }
  await accepting;
  await stream.close();
  await children.disconnect();
  await other.disconnect();
  console.log(JSON.stringify({ sum, left, received: ended }));
}

const parent = MPI.getParent();
const [, , role] = process.argv;
if (role === 'spawned' && parent !== null) {
  await send(parent, 'spawned');
  await parent.disconnect();
} else if (role === 'connects' && parent !== null) {
  const comm = await MPI.COMM_SELF.connect(await MPI.lookupName(SERVICE, { timeout: 20_000 }));
  await send(comm, 'connected');
  await comm.disconnect();
  await parent.disconnect();
} else {
  await master();
}
