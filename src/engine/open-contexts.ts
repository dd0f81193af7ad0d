/**
 * The contexts of communicators: how they are opened, how it is known what is under way in them, and how they are given
 * back when their communicator is over.
 */
import type { MPIError } from '../errors/mpi-error.ts';
import type { ContextId } from '../model/context-id.ts';
import type { ProcessId } from '../model/process-id.ts';
import type { Contexts } from './contexts.ts';
import { breakContext, discardLeftovers, spreadFailure, spreadFailureOfOthers } from './failures.ts';
import type { CollectiveCircle, MatchContext } from './match-context.ts';
import { Operation } from './operation.ts';
import type { Peer } from './peer.ts';
import type { Peers } from './peers.ts';

export class OpenContexts {
  readonly #contexts: Contexts;
  readonly #peers: Peers;
  #left: MPIError | null = null;

  /** Of everybody that is known, and all contexts. */
  constructor(contexts: Contexts, peers: Peers) {
    this.#contexts = contexts;
    this.#peers = peers;
  }

  /** Why nothing works any more, once this process has left. */
  get left(): MPIError | null {
    return this.#left;
  }

  /** How many contexts there are, those included for which only messages have come. */
  get count(): number {
    return this.#contexts.size;
  }

  /** Opens a context for a communicator: from now on it is known whose messages belong here. */
  open(
    high: number,
    low: number,
    sources: readonly Peer[],
    label: () => string,
    collective: CollectiveCircle | null,
  ): MatchContext {
    const context = this.#contexts.open(high, low);
    for (const id of context.dropForged(sources))
      this.#peers.get(id).inbox.malformed('an envelope that cannot be true');
    context.sources = sources;
    context.label = label;
    context.collective = collective;
    context.broken ??= this.#left;
    for (const [rank, peer] of sources.entries()) {
      if (peer.end !== null && !peer.end.orderly) spreadFailure(context, rank, peer.end, this.#peers.all());
    }
    for (const peer of collective?.others ?? []) {
      if (peer.end !== null) spreadFailureOfOthers(context, peer, peer.end, this.#peers.all());
    }
    return context;
  }

  /** Every process that some communicator connects this one with, itself included. */
  connected(): Set<ProcessId> {
    const found = new Set<ProcessId>();
    for (const { holders, sources, collective } of this.#contexts.all()) {
      if (holders === 0) continue;
      for (const { id } of [...(sources ?? []), ...(collective?.others ?? [])]) found.add(id);
    }
    return found;
  }

  /** The operations that are under way in a context. */
  underWay(context: MatchContext): Operation<unknown>[] {
    const found: Operation<unknown>[] = [];
    const add = (waiting: unknown): void => {
      if (waiting instanceof Operation) found.push(waiting);
    };
    context.posted.forEach(add);
    context.probes.forEach(add);
    for (const { inbox, outbox } of this.#peers.all()) {
      found.push(...inbox.receiving(context.high, context.low));
      found.push(...outbox.sending(context.high, context.low));
    }
    return found;
  }

  /**
   * Gives the contexts of a communicator back. `forGood`: nobody opens them again. `reason` is why that fails which waits
   * there against all expectation.
   */
  release(id: ContextId, forGood: boolean, reason: () => MPIError): void {
    const gone = this.#contexts.release(id, forGood);
    for (const context of gone) {
      if (context.posted.size > 0 || context.probes.length > 0)
        breakContext(context, reason(), this.#peers.all());
      context.broken ??= this.#contexts.gone;
      discardLeftovers(context);
    }
    this.#peers.released(gone);
  }

  /** This process leaves: whatever waits anywhere fails, and so does whatever is started. */
  leave(reason: MPIError): void {
    this.#left = reason;
    for (const context of this.#contexts.all()) breakContext(context, reason, this.#peers.all());
  }
}
