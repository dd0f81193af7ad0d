/**
 * Three intercommunicators of a world of four or more: halves (F1), one against the rest (F2), two against the
 * rest (F3).
 */
import { COMM_WORLD, type Intercommunicator } from 'parley';
import type { Way } from './way.ts';

const SPLITS: Readonly<Record<string, number>> = {
  F1: Math.floor(COMM_WORLD.size / 2),
  F2: 1,
  F3: 2,
};

export interface StandardIntercommunicator {
  readonly name: string;
  readonly isLeft: boolean;
  readonly comm: Intercommunicator;
}

export async function standardIntercommunicators(way: Way): Promise<StandardIntercommunicator[]> {
  const { rank } = COMM_WORLD;
  const made: StandardIntercommunicator[] = [];
  for (const [name, leftSize] of Object.entries(SPLITS)) {
    const isLeft = rank < leftSize;
    const local = await way.call(COMM_WORLD, 'split', isLeft ? 0 : 1, rank);
    if (local === null) throw new Error('every rank has a colour');
    // The remote leader counts at the leaders alone.
    const remoteLeader = local.rank !== 0 ? -1 : isLeft ? leftSize : 0;
    const comm = await way.call(local, 'createIntercomm', 0, COMM_WORLD, remoteLeader, 12);
    made.push({ name, isLeft, comm });
  }
  return made;
}
