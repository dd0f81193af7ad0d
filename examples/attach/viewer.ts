/**
 * Finds a running computation by its name, attaches, watches for some frames, detaches; and all that as often as is wanted.
 *
 *     node examples/attach/viewer.ts [--name ising] [--frames N] [--times N] [--wait S]
 */
import { parseArgs } from 'node:util';
import * as MPI from 'parley';
import type { Frame, Wish } from './frame.ts';

const { values } = parseArgs({
  options: {
    name: { type: 'string', default: 'ising' },
    frames: { type: 'string', default: 'Infinity' },
    times: { type: 'string', default: '1' },
    wait: { type: 'string', default: '10' },
  },
});
const draws = process.stdout.isTTY;
const CLEAR = '\u001b[H\u001b[J';

for (let time = 1; time <= Number(values.times); time++) {
  const port = await MPI.lookupName(values.name, { timeout: 1000 * Number(values.wait) });
  const computation = await MPI.COMM_SELF.connect(port, { timeout: 10_000 });
  const isOver = await watch(computation);
  await computation.disconnect();
  if (isOver) break;
}

/** Looks at some frames; true where there will be no more. */
async function watch(computation: MPI.Intercommunicator): Promise<boolean> {
  try {
    for (let seen = 0; seen < Number(values.frames); seen++) {
      await computation.send('next' satisfies Wish, 0);
      const { data: frame } = await computation.recv<Frame | null>(0);
      if (frame === null) return true;
      show(frame);
    }
    await computation.send('goodbye' satisfies Wish, 0);
    return false;
  } catch (error) {
    if (!(error instanceof MPI.MPIError) || error.code !== 'MPI_ERR_PROC_FAILED') throw error;
    console.error(error.message);
    return true;
  }
}

function show({ sweep, sweeps, magnetisation, energy, picture }: Frame): void {
  if (draws) console.log(CLEAR + picture.join('\n'));
  console.log(
    `sweep ${sweep} of ${sweeps}: magnetisation ${magnetisation.toFixed(4)}, energy ${energy.toFixed(4)}`,
  );
}
