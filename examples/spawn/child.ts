/**
 * Listing 2: a child finds its parents by `getParent`, and child 0 receives from parent 0. Started directly, it has none.
 *
 *     npx parley run -n 1 examples/spawn/child.ts
 */
import * as MPI from 'parley';

const { rank, size } = MPI.COMM_WORLD;
const parent = MPI.getParent();

if (parent === null) {
  console.log(`rank ${rank} of ${size}: nobody has spawned it`);
} else if (rank === 0) {
  const { data, source } = await parent.recv<number>(0, 0);
  console.log(`child ${rank} of ${size}: received ${data} from parent ${source}`);
} else {
  console.log(`child ${rank} of ${size}: has ${parent.remoteSize} parents`);
}
