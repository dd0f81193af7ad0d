/** A parent and two jobs that it spawns write at the same time, each lines of one letter, cut anywhere. `quiet`: the parent does not. */
import * as MPI from 'parley';
import { setImmediate as turn } from 'node:timers/promises';
import { Random } from './support/random.ts';

const LINES = 1500;
const parent = MPI.getParent();
const [letter = '0'] = process.argv.slice(2);

async function write(): Promise<void> {
  const random = new Random(letter.charCodeAt(0));
  let text = Array.from({ length: LINES }, (_, line) => `${letter.repeat(1 + (line % 150))}\n`).join('');
  while (text !== '') {
    const size = 1 + random.below(400);
    process.stdout.write(text.slice(0, size));
    text = text.slice(size);
    await turn();
  }
}

if (parent === null) {
  const jobs = await Promise.all(
    ['a', 'b'].map((one) => MPI.COMM_SELF.spawn(process.argv[1] ?? '', { args: [one] })),
  );
  for (const job of jobs) await job.barrier();
  if (letter !== 'quiet') await write();
} else {
  await parent.barrier();
  await write();
}
