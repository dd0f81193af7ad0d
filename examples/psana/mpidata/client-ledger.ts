/**
 * What the master knows of its clients: who is alive, which runs each has ended, and whether all that it sent arrived.
 * A pure state machine: messages, failures and the time go in, events for the master come out.
 *
 *            ┌──── silent for too long ───▶ hung ──┐
 *   live ────┤◀─────── heard of again ─────────────┘      hung: no longer waited for, welcome when it comes back
 *            ├──── its process died, or it sent nonsense ──▶ lost      for good
 *            └──── said goodbye ─────────────────────────▶ ended
 *
 * A run is a state of its own, found by its number in every message, so that a client that has gone ahead to the next
 * run counts there. It closes when every client has ended it or is no longer waited for; what comes later is late.
 */
import type { Update } from './update-format.ts';

/** How much of one client's part in a run arrived. */
export interface Contribution {
  readonly rank: number;
  readonly updates: number;
  /** Why it is not whole; undefined where it is. */
  readonly missing?: string;
}

export interface RunReport {
  readonly run: number;
  readonly complete: boolean;
  readonly contributions: readonly Contribution[];
}

export type LedgerEvent =
  | { readonly kind: 'update'; readonly rank: number; readonly update: Update }
  | { readonly kind: 'endrun'; readonly rank: number; readonly update: Update }
  /** An update of a run that is closed already; it is not counted. */
  | { readonly kind: 'late'; readonly rank: number; readonly update: Update }
  | { readonly kind: 'lost' | 'hung' | 'back'; readonly rank: number; readonly reason: string }
  | { readonly kind: 'closed'; readonly rank: number; readonly report: RunReport };

type Status = 'live' | 'hung' | 'lost' | 'ended';

interface Client {
  status: Status;
  lastHeard: number;
  sequence: number;
  reason: string;
}

interface Part {
  updates: number;
  /** How many updates the client says that it sent; known once it has ended the run. */
  announced: number | undefined;
}

/** More runs than this are not open at once: a client that opens one after the other is sending nonsense. */
const OPEN_RUNS_MAX = 64;

export class ClientLedger {
  readonly #patienceMs: number;
  readonly #clients = new Map<number, Client>();
  readonly #open = new Map<number, Map<number, Part>>();
  readonly #closed = new Set<number>();

  /** `patienceMs` is how long a client may be silent; Infinity for ever. */
  constructor(ranks: readonly number[], patienceMs: number, now: number) {
    this.#patienceMs = patienceMs;
    for (const rank of ranks)
      this.#clients.set(rank, { status: 'live', lastHeard: now, sequence: 0, reason: '' });
  }

  /** True once nobody is waited for any more. */
  get finished(): boolean {
    return this.ranks('live').length === 0;
  }

  ranks(status: Status): number[] {
    return [...this.#clients].filter(([, client]) => client.status === status).map(([rank]) => rank);
  }

  /** Milliseconds until the next client has been silent for too long. */
  untilNextExpiry(now: number): number {
    let earliest = Infinity;
    for (const client of this.#clients.values()) {
      if (client.status === 'live') earliest = Math.min(earliest, client.lastHeard + this.#patienceMs - now);
    }
    return Math.max(0, earliest);
  }

  accept(update: Update, now: number): LedgerEvent[] {
    const { rank } = update;
    const client = this.#clients.get(rank);
    if (client === undefined || client.status === 'lost' || client.status === 'ended') return [];
    if (update.sequence !== client.sequence + 1) {
      return this.lose(rank, `its messages go from number ${client.sequence} to ${update.sequence}`);
    }
    client.sequence = update.sequence;
    client.lastHeard = now;
    const events: LedgerEvent[] = [];
    if (client.status === 'hung') {
      client.status = 'live';
      events.push({ kind: 'back', rank, reason: 'it is heard of again' });
    }
    events.push(...this.#sort(update, client));
    return events;
  }

  /** This client is gone for good: its process died, or nothing that it says can be trusted. */
  lose(rank: number, reason: string): LedgerEvent[] {
    const client = this.#clients.get(rank);
    if (client === undefined || client.status === 'lost' || client.status === 'ended') return [];
    client.status = 'lost';
    client.reason = reason;
    return [{ kind: 'lost', rank, reason }, ...this.#close(rank)];
  }

  /** Whoever has been silent for too long is no longer waited for. To be asked only when no message is waiting. */
  expire(now: number): LedgerEvent[] {
    const events: LedgerEvent[] = [];
    for (const [rank, client] of this.#clients) {
      const silent = now - client.lastHeard;
      if (client.status !== 'live' || silent < this.#patienceMs) continue;
      client.status = 'hung';
      client.reason = `nothing was heard of it for ${(silent / 1000).toFixed(1)} s`;
      events.push({ kind: 'hung', rank, reason: client.reason }, ...this.#close(rank));
    }
    return events;
  }

  #sort(update: Update, client: Client): LedgerEvent[] {
    const { rank, kind, run } = update;
    if (kind === 'heartbeat') return [];
    if (kind === 'bye') {
      client.status = 'ended';
      client.reason = 'it said goodbye before it ended the run';
      return this.#close(rank);
    }
    if (this.#closed.has(run)) return [{ kind: 'late', rank, update }];
    if (!this.#open.has(run) && this.#open.size >= OPEN_RUNS_MAX) {
      return this.lose(rank, `it opened run ${run} while ${OPEN_RUNS_MAX} were open`);
    }
    const part = this.#part(run, rank);
    if (part.announced !== undefined)
      return this.lose(rank, `it went on with run ${run} after it had ended it`);
    if (kind === 'update') {
      part.updates++;
      return [{ kind: 'update', rank, update }];
    }
    const announced = update.small['updates'];
    part.announced = typeof announced === 'number' ? announced : NaN;
    return [{ kind: 'endrun', rank, update }, ...this.#close(rank)];
  }

  #part(run: number, rank: number): Part {
    const parts = this.#open.get(run) ?? new Map<number, Part>();
    this.#open.set(run, parts);
    const part = parts.get(rank) ?? { updates: 0, announced: undefined };
    parts.set(rank, part);
    return part;
  }

  /** Closes the runs that wait for nobody, lowest number first; `rank` is whose news it was. */
  #close(rank: number): LedgerEvent[] {
    const events: LedgerEvent[] = [];
    for (const [run, parts] of [...this.#open].sort(([a], [b]) => a - b)) {
      const waiting = this.ranks('live').some((live) => parts.get(live)?.announced === undefined);
      if (waiting) continue;
      this.#open.delete(run);
      this.#closed.add(run);
      const contributions = [...this.#clients].map(([each, client]) =>
        contribution(each, client, parts.get(each)),
      );
      const complete = contributions.every(({ missing }) => missing === undefined);
      events.push({ kind: 'closed', rank, report: { run, complete, contributions } });
    }
    return events;
  }
}

function contribution(rank: number, client: Client, part: Part | undefined): Contribution {
  const updates = part?.updates ?? 0;
  if (part?.announced === undefined) return { rank, updates, missing: client.reason };
  if (part.announced === updates) return { rank, updates };
  return { rank, updates, missing: `it sent ${part.announced} updates, and ${updates} arrived` };
}
