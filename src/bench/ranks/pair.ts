/** Two processes that exchange messages: inside one world, or over an intercommunicator. */
import type { Communicator } from '../../index.ts';
import { TAG_GO, type GoAhead } from './batches.ts';

export interface Pair {
  readonly comm: Communicator;
  /** The other process' rank there. */
  readonly peer: number;
  /** One of the two is the first: it begins, and decides. */
  readonly isFirst: boolean;
}

/** The first two ranks of a world. */
export function pairOfWorld(world: Communicator): Pair {
  return { comm: world, peer: 1 - world.rank, isFirst: world.rank === 0 };
}

export function blockingGoAhead({ comm, peer, isFirst }: Pair): GoAhead {
  const flag = new Uint8Array(1);
  return (decision) => {
    flag[0] = Number(decision);
    if (isFirst) comm.sendSync(flag, peer, TAG_GO);
    else comm.recvIntoSync(flag, peer, TAG_GO);
    return flag[0] === 1;
  };
}

export function awaitingGoAhead({ comm, peer, isFirst }: Pair): GoAhead {
  const flag = new Uint8Array(1);
  return async (decision) => {
    flag[0] = Number(decision);
    if (isFirst) await comm.send(flag, peer, TAG_GO);
    else await comm.recvInto(flag, peer, TAG_GO);
    return flag[0] === 1;
  };
}
