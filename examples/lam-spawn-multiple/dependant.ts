/** Would go on for ever, but ends with its parent. */
import { setTimeout as delay } from 'node:timers/promises';
import * as MPI from 'parley';

await MPI.getParent()?.send('the dependant is at work', 0);
for (;;) await delay(60_000);
