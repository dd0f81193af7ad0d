/** What leader and followers have in common. */
import * as MPI from 'parley';

/** Does the work of one spawned process; `role` is what it calls itself. */
export async function takePart(role: string): Promise<void> {
  const world = MPI.COMM_WORLD;
  const parents = MPI.getParent();
  if (parents === null) throw new Error('examples/lam-spawn-multiple/fill.ts starts this program');
  const command = world.getAttr(MPI.APPNUM);
  const args = process.argv.slice(2).join(' ');
  const all = await parents.merge(true);
  console.log(
    `${role}: rank ${world.rank} of ${world.size}, command ${command}, ${all.rank} of all [${args}]`,
  );
  await all.reduce(all.rank);
  await parents.barrier();
}
