/**
 * A long computation: the Ising model on as many ranks as there are. It measures now and then, and prints what came out in
 * the end. That somebody may watch it is one line here; what that takes is in gallery.ts.
 *
 *     npx parley run -n 2 examples/attach/simulation.ts [--size N] [--sweeps N] [--temperature T]
 */
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import * as MPI from 'parley';
import { Gallery } from './gallery.ts';
import { measure, Strip } from './ising.ts';
import { pictureOf } from './picture.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '512' },
    sweeps: { type: 'string', default: '10000' },
    temperature: { type: 'string', default: '2.2' },
    seed: { type: 'string', default: '1' },
    every: { type: 'string', default: '10' },
    name: { type: 'string', default: 'ising' },
    // To be watched from the very beginning: so many viewers are waited for.
    viewers: { type: 'string', default: '0' },
  },
});
const model = {
  size: Number(values.size),
  temperature: Number(values.temperature),
  seed: Number(values.seed),
};
const [sweeps, every] = [Number(values.sweeps), Number(values.every)];

const world = MPI.COMM_WORLD;
const { rank } = world;
const [previous, next] = [(rank - 1 + world.size) % world.size, (rank + 1) % world.size];
const firstRowOf = (of: number): number => Math.floor((of * model.size) / world.size);
const strip = new Strip(model, firstRowOf(rank), firstRowOf(rank + 1) - firstRowOf(rank));

/** The whole lattice, at rank 0. */
const lattice = rank === 0 ? new Int8Array(model.size ** 2) : null;
const counts = Array.from(
  { length: world.size },
  (_, of) => (firstRowOf(of + 1) - firstRowOf(of)) * model.size,
);

const gallery = rank === 0 ? await Gallery.open(values.name, Number(values.viewers)) : null;
await world.barrier();

for (let sweep = 1; sweep <= sweeps; sweep++) {
  for (const colour of [0, 1] as const) {
    await world.sendrecvInto(strip.lastOwn, next, 0, strip.before, previous, 0);
    await world.sendrecvInto(strip.firstOwn, previous, 1, strip.after, next, 1);
    strip.update(sweep, colour);
  }
  if (sweep % every === 0 || sweep === sweeps) await look(sweep);
}
await gallery?.close();

/** Rank 0 sees the whole lattice now and then, watched or not. */
async function look(sweep: number): Promise<void> {
  await world.gathervInto(strip.own, lattice, counts);
  if (lattice === null) return;
  const { magnetisation, energy } = measure(lattice, model.size);
  gallery?.show({ sweep, sweeps, magnetisation, energy, picture: pictureOf(lattice, model.size) });
  if (sweep < sweeps) return;
  console.log(`${model.size} × ${model.size} spins, ${sweeps} sweeps at temperature ${model.temperature}`);
  console.log(`magnetisation ${magnetisation.toFixed(4)}, energy ${energy.toFixed(4)}`);
  console.log(`lattice ${createHash('sha256').update(lattice).digest('hex').slice(0, 16)}`);
}
