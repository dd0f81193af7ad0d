/**
 * Writes into this process' wait page what it waits for. A wait is worth a note only when it lasts: so a blocked thread
 * first sleeps for a short time, and an event loop is looked at after that time, and until then nothing is described,
 * and no stack captured. What waits less than that pays for a timestamp.
 *
 *     blocked    sleep 50 ms ── still waiting ──► describe, capture the stack, write, sleep on ── goes on ──► clear
 *     awaiting   ··· 50 ms ──── still awaited ──► ask whoever awaits where it is, write ──── one ends ──► clear, look again
 */
import type { WaitPage } from '../pmi/wait-page.ts';
import type { ReportedWait } from '../pmi/wait-report.ts';
import { callSiteIn, currentStack } from './call-site.ts';
import {
  describeAny,
  describeWait,
  type Waiting,
  type WaitDescription,
  type WaitingVerb,
} from './wait-description.ts';

/** How long a wait has to last before it is noted. */
const NOTED_MS = 50;
/** Waits that are described: more find no room in a page. */
const DESCRIBED_MAX = 16;

/** What a blocked thread waits for: an operation, or any of several. */
export type BlockedOn = Waiting | readonly Waiting[];

interface Awaited {
  /** Milliseconds since 1970. */
  readonly since: number;
  site: string | null;
}

export class WaitJournal {
  readonly #page: WaitPage;
  readonly #awaited = new Map<Waiting, Awaited>();
  #timer: NodeJS.Timeout | null = null;
  #blockedOn: BlockedOn | null = null;
  #blockedSince = 0;
  #noted = false;

  constructor(page: WaitPage) {
    this.#page = page;
  }

  // ── a blocked thread

  /** The thread is about to sleep: how long at most, before it asks again. */
  fallsAsleep(on: BlockedOn, verb: WaitingVerb | null): number {
    if (this.#blockedOn !== on) {
      this.#erase();
      this.#blockedOn = on;
      this.#blockedSince = Date.now();
      return NOTED_MS;
    }
    if (this.#noted) return Infinity;
    const left = this.#blockedSince + NOTED_MS - Date.now();
    if (left > 0 && left <= NOTED_MS) return left;
    this.#noted = true;
    const what = isSeveral(on)
      ? describeAny(
          on.slice(0, DESCRIBED_MAX).map((one) => describeWait(one, null)),
          verb?.verb ?? 'wait',
        )
      : describeWait(on, verb);
    const wait = reported(what, this.#blockedSince, callSiteIn(currentStack()));
    this.#page.write({ blocked: true, waits: [wait], otherWaits: 0 });
    return Infinity;
  }

  /** The blocked thread goes on. */
  goesOn(): void {
    if (this.#blockedOn === null) return;
    this.#blockedOn = null;
    this.#erase();
    this.#lookSoon();
  }

  // ── the event loop

  /** Somebody awaits this, and it is not complete. May be said again. */
  awaited(waiting: Waiting): void {
    if (this.#awaited.has(waiting)) return;
    this.#awaited.set(waiting, { since: Date.now(), site: null });
    this.#lookSoon();
  }

  noLongerAwaited(waiting: Waiting): void {
    if (!this.#awaited.delete(waiting) || !this.#noted) return;
    this.#erase();
    this.#lookSoon();
  }

  close(): void {
    this.#awaited.clear();
    this.#erase();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #erase(): void {
    if (this.#noted) this.#page.clear();
    this.#noted = false;
  }

  #lookSoon(): void {
    if (this.#timer !== null || this.#awaited.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#look();
    }, NOTED_MS).unref();
  }

  #look(): void {
    const earliest = Date.now() - NOTED_MS;
    let young = false;
    let described = 0;
    for (const [waiting, awaited] of this.#awaited) {
      if (awaited.since > earliest) young = true;
      else if (++described > DESCRIBED_MAX) break;
      else if (awaited.site === null && waiting.locate !== undefined)
        waiting.locate((stack) => (awaited.site = callSiteIn(stack)));
    }
    if (young) this.#lookSoon();
    // Those who were asked answer in a microtask of their own, which is before this one.
    if (described > 0) queueMicrotask(() => this.#note(earliest));
  }

  #note(earliest: number): void {
    const old = [...this.#awaited].filter(([, { since }]) => since <= earliest);
    if (old.length === 0) return;
    const waits = old
      .slice(0, DESCRIBED_MAX)
      .map(([waiting, { since, site }]) => reported(describeWait(waiting, null), since, site ?? ''));
    this.#noted = true;
    this.#page.write({ blocked: false, waits, otherWaits: old.length - waits.length });
  }
}

const isSeveral = (on: BlockedOn): on is readonly Waiting[] => Array.isArray(on);

const reported = (what: WaitDescription, since: number, site: string): ReportedWait => ({
  ...what,
  otherPeers: 0,
  site,
  since,
});
