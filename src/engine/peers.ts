/**
 * The peers of a process, by their identity: the same object each time, as long as anything depends on it. One whose
 * process is gone is forgotten as soon as no open context names it, so that a process that meets ever new ones does not grow.
 *
 *     gone, named by an open context                             stays until that is released
 *     gone, and a message of it waits where nobody has opened yet    stays, since that may be opened; only so many do
 *     gone, and neither                                          is forgotten
 */
import type { ProcessId } from '../model/process-id.ts';
import type { Contexts } from './contexts.ts';
import type { MatchContext } from './match-context.ts';
import type { Party } from './party.ts';
import type { Peer } from './peer.ts';

/** Peers that are gone and have left messages for contexts that are not open yet; beyond it those of the earliest go. */
const LATE_MAX = 256;

export class Peers {
  readonly #contexts: Contexts;
  readonly #make: (id: ProcessId) => Peer;
  readonly #byId = new Map<ProcessId, Peer>();
  /** Those whose processes are gone. */
  readonly #gone = new Set<Party>();
  /** In the order of their ends. */
  readonly #late = new Set<Party>();

  /** `make` is called once for each, and again for one that was forgotten. */
  constructor(contexts: Contexts, make: (id: ProcessId) => Peer) {
    this.#contexts = contexts;
    this.#make = make;
  }

  get size(): number {
    return this.#byId.size;
  }

  get(id: ProcessId): Peer {
    let peer = this.#byId.get(id);
    if (peer === undefined) {
      peer = this.#make(id);
      this.#byId.set(id, peer);
    }
    return peer;
  }

  all(): MapIterator<Peer> {
    return this.#byId.values();
  }

  /** Nothing will ever come from there. */
  gone(peer: Peer): void {
    if (this.#byId.get(peer.id) !== peer) return;
    this.#gone.add(peer);
    this.#forget(new Set<Party>([peer]));
  }

  /** These contexts name nobody any more. */
  released(contexts: readonly MatchContext[]): void {
    if (this.#gone.size === 0) return;
    const named = new Set<Party>();
    for (const { sources, collective } of contexts) {
      for (const peer of sources ?? []) if (this.#gone.has(peer)) named.add(peer);
      for (const peer of collective?.others ?? []) if (this.#gone.has(peer)) named.add(peer);
    }
    if (named.size > 0) this.#forget(named);
  }

  /** Forgets those of them that nothing depends on. */
  #forget(candidates: Set<Party>): void {
    const late = new Set<Party>();
    for (const context of this.#contexts.all()) {
      for (const peer of context.sources ?? []) candidates.delete(peer);
      for (const peer of context.collective?.others ?? []) candidates.delete(peer);
      if (context.sources !== null || candidates.size === 0) continue;
      context.unexpected.forEach(({ peer }) => {
        if (candidates.has(peer)) late.add(peer);
      });
    }
    for (const peer of candidates) {
      if (late.has(peer)) this.#late.add(peer);
      else this.#drop(peer);
    }
    this.#contexts.removeUnclaimed();
    if (this.#late.size <= LATE_MAX) return;
    const [earliest] = this.#late;
    if (earliest !== undefined) this.#discard(earliest);
  }

  /** Nobody has ever opened what its messages were meant for. */
  #discard(peer: Party): void {
    for (const context of this.#contexts.all()) {
      if (context.sources !== null) continue;
      context.unexpected.forEach((message) => {
        if (message.peer === peer) context.unexpected.remove(message);
      });
    }
    this.#contexts.removeUnclaimed();
    this.#drop(peer);
  }

  #drop(peer: Party): void {
    this.#late.delete(peer);
    this.#gone.delete(peer);
    this.#byId.delete(peer.id);
  }
}
