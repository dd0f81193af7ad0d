/**
 * Talks without end, by messages of all lengths and by collectives, until a rank dies: then it says whose death it was
 * told of, and ends in good order once the other survivors have been told as well.
 */
import { ANY_SOURCE, COMM_WORLD as world, ProcessFailedError } from 'parley';
import { Random } from './support/random.ts';

const { rank, size } = world;
const random = new Random(1);
const long = new Uint8Array(2 ** 22);
const room = new Uint8Array(2 ** 22);
const numbers = new Float64Array(30_000);

async function talk(): Promise<void> {
  // Nobody sends that: it is told of whoever dies, also of one that this rank is not talking to.
  const watch = world.recv(ANY_SOURCE, 10);
  const next = (rank + 1) % size;
  const previous = (rank + size - 1) % size;
  for (;;) {
    // The same choice at every rank.
    switch (random.below(6)) {
      case 0:
        await Promise.race([watch, world.sendrecv({ from: rank }, next, 1, previous, 1)]);
        break;
      case 1:
        await Promise.race([watch, world.sendrecvInto(long, next, 2, room, previous, 2)]);
        break;
      case 2:
        world.barrierSync();
        break;
      case 3:
        await world.allreduceInto(numbers, new Float64Array(numbers.length));
        break;
      case 4:
        await world.barrier();
        break;
      default:
        await world.bcast(rank, random.below(size));
    }
  }
}

async function leave(dead: number): Promise<void> {
  const others = Array.from({ length: size }, (_, index) => index).filter(
    (index) => index !== dead && index !== rank,
  );
  const sends = others.map((other) => world.send('told', other, 9));
  for (const other of others) await world.recv(other, 9);
  await Promise.all(sends);
}

try {
  await talk();
} catch (error) {
  if (!(error instanceof ProcessFailedError)) throw error;
  console.log(`rank ${rank} was told of ${error.failedRanks.join(', ')}`);
  await leave(error.failedRanks[0] ?? -1);
}
