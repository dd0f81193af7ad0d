/**
 * The attributes of COMM_SELF at the end of MPI, however that comes: its argument says how. The callbacks print their number; a
 * further argument names one that throws.
 */
import { writeSync } from 'node:fs';
import * as MPI from 'parley';

const ATTRIBUTES = 20;
const [, , end = '', throwing = ''] = process.argv;
const { COMM_SELF: self, COMM_WORLD: world } = MPI;
const told: string[] = [];

for (let place = 0; place < ATTRIBUTES; place++) {
  const key = MPI.createKeyval<number>(`number ${place}`, {
    delete(value) {
      // Not finalized yet: MPI still works here.
      self.sendSync(value, 0, place);
      told.push(`${self.recvSync(0, place).data as number}${MPI.isFinalized() ? '!' : ''}`);
      if (value === 0) writeSync(process.stdout.fd, `ok rank ${world.rank}: ${told.join(' ')}\n`);
      if (String(value) === throwing) throw new Error(`callback ${value} throws`);
    },
  });
  self.setAttr(key, place);
  MPI.freeKeyval(key);
}
await world.barrier();

const ENDS: Readonly<Record<string, () => Promise<void> | void>> = {
  async finalize() {
    const leaving = MPI.finalize();
    // The very first thing.
    if (told.length !== ATTRIBUTES) console.log(`only ${told.length} callbacks have run`);
    try {
      await leaving;
    } catch (error) {
      console.log(`finalize: ${(error as Error).message}`);
    }
    console.log(`finalized ${String(MPI.isFinalized())}`);
  },
  'at-the-end': () => undefined,
  exit: () => process.exit(0),
};
await ENDS[end]?.();
