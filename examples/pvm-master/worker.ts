/** A worker: computes one tile after the other until there are no more. master.ts starts it. */
import * as MPI from 'parley';
import { computeTile } from './mandelbrot.ts';
import type { Order } from './orders.ts';

const master = MPI.getParent();
if (master === null) throw new Error('examples/pvm-master/master.ts starts this program');

master.sendSync(process.pid, 0);
// It has nothing else to do: it may block, and blocked it takes no processor time.
for (;;) {
  const order = master.recvSync<Order>(0).data;
  if (order === null) break;
  master.sendSync(computeTile(order.picture, order.tile), 0);
}
await master.disconnect();
