/**
 * A client that has been welcomed, until it has answered. What is laid out for it either is taken by the client, which says so
 * then, or taken back by the owner of the port: never both (pmi/welcome-file.ts). So neither side has a connection of which the
 * other knows nothing, whoever gives up in which moment, and nobody has to wait to do so.
 */
import { randomBytes } from 'node:crypto';
import type { Engine } from '../engine/engine.ts';
import { ReceiveValue } from '../engine/receive-value.ts';
import { MPIError } from '../errors/mpi-error.ts';
import { ANY_TAG } from '../model/constants.ts';
import { answerIn } from '../p2p/door.ts';
import { forgetWelcome, layWelcome, takeWelcomeBack } from '../pmi/welcome-file.ts';
import type { Acceptance, Caller } from './acceptance.ts';

/** How a welcome is taken back. */
export interface Welcome {
  /** False where the client has taken it: then its word of that is on its way. */
  takeBack(): boolean;
}

/**
 * Welcomes a client; null where it cannot be told now. `answered` hears whether it has come, unless the welcome is taken back
 * first. `directory` is that of this process' job.
 */
export function welcomeClient(
  engine: Engine,
  directory: string,
  caller: Caller,
  { group, contextId, confirmTo }: Acceptance,
  answered: (came: boolean) => void,
): Welcome | null {
  const id = randomBytes(8).toString('hex');
  try {
    layWelcome(directory, id);
  } catch {
    return null;
  }
  const word = { kind: 'welcome', group, contextId, confirmTo, id };
  if (!answerIn(engine, caller.from, caller.replyTo, word)) {
    forgetWelcome(directory, id);
    return null;
  }
  const { driver, codec } = engine;
  const label = (): string => 'the way to a client';
  const context = engine.contexts.open(
    confirmTo.high,
    confirmTo.low,
    [engine.peer(caller.from)],
    label,
    null,
  );
  const confirmation = new ReceiveValue(driver, context, 0, ANY_TAG, codec);
  let open = true;
  const close = (): void => {
    open = false;
    const over = (): MPIError => new MPIError('MPI_ERR_OTHER', 'Cannot go on: the welcome is over');
    engine.contexts.release(confirmTo, true, over);
  };
  confirmation.onEnd = () => {
    driver.whenReady(() => {
      if (!open) return;
      close();
      // One that has taken it and ended since is as good as one that ends later.
      answered(!confirmation.failed || !takeWelcomeBack(directory, id));
    });
  };
  engine.post(confirmation);
  return {
    takeBack() {
      if (!takeWelcomeBack(directory, id)) return false;
      close();
      return true;
    },
  };
}
