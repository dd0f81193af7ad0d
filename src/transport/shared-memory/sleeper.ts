/**
 * How a process sleeps until somebody wakes it: a blocked thread on the sleep word of its mailbox, an awaiting one in its event
 * loop, on its doorbell.
 *
 * Whoever has news takes the sleep word, and so the waking, upon itself; all who come later find the sleeper awake and leave it alone.
 * If it is killed in between, nobody wakes that one any more, and its death may be told to nobody: it may have been the first
 * that was to be heard of it. So a sleeper looks at its own word now and then: who is called awake has been woken, rung for or not. A
 * bell that comes after that means "look once more", as any other.
 */
import { DoorbellListener } from './doorbell.ts';
import type { JobSegment } from './job-segment.ts';
import { type Mailbox, Sleep } from './mailbox.ts';
import type { Vigil } from './transport-listeners.ts';

/** How often a sleeper looks at its own sleep word. A look costs microseconds, and only those wait for it whose waker was killed. */
const LOOK_MS = 1000;

/** What a process does beside sleeping. */
export interface Bedside {
  /** Asks everybody to report from now on, and says in the mailbox how it sleeps; false where something has come in the meantime. */
  readonly fallAsleep: (how: number) => boolean;
  /** It has slept. */
  readonly awake: () => void;
  /** Called now and then while it sleeps: raises news in the mailbox where something is to be tried again. */
  readonly look: () => void;
}

export class Sleeper {
  readonly #segment: JobSegment;
  readonly #rank: number;
  readonly #mailbox: Mailbox;
  readonly #bedside: Bedside;
  readonly #whileBlocked: Vigil | null;
  #listener: DoorbellListener | null = null;
  #armed: (() => void) | null = null;
  #looks: NodeJS.Timeout | null = null;

  constructor(segment: JobSegment, rank: number, bedside: Bedside, whileBlocked: Vigil | null) {
    this.#segment = segment;
    this.#rank = rank;
    this.#mailbox = segment.mailbox(rank);
    this.#bedside = bedside;
    this.#whileBlocked = whileBlocked;
  }

  /** Blocks the thread until somebody wakes it, or the time is over. */
  block(timeoutMs: number): void {
    const everyMs = Math.min(LOOK_MS, this.#whileBlocked?.everyMs ?? Infinity);
    for (let leftMs = timeoutMs; leftMs > 0; leftMs -= everyMs) {
      this.#whileBlocked?.look();
      if (!this.#bedside.fallAsleep(Sleep.ON_FUTEX)) return;
      this.#segment.sleep(this.#rank, Math.min(leftMs, everyMs));
      this.#bedside.awake();
      // Whoever wakes somebody says so there; else it was time for the next look.
      if (this.#mailbox.takeSleep() === Sleep.AWAKE) return;
      this.#bedside.look();
    }
  }

  /** Calls `wake` once from the event loop, unless it is disarmed before. */
  arm(wake: () => void): void {
    this.#listener ??= new DoorbellListener(this.#segment.bellPath(this.#rank), () => this.#rung());
    this.#armed = wake;
    // It goes on over many sleeps: a timer for each would cost more than they do.
    this.#looks ??= setInterval(() => this.#look(), LOOK_MS).unref();
    if (!this.#bedside.fallAsleep(Sleep.IN_EVENT_LOOP)) setImmediate(() => this.#rung());
  }

  disarm(): void {
    if (this.#armed === null) return;
    this.#armed = null;
    this.#mailbox.setSleep(Sleep.AWAKE);
    this.#bedside.awake();
  }

  /** Whether a process that has nothing else to do stays for the bell. */
  holdProcess(hold: boolean): void {
    this.#listener?.holdProcess(hold);
  }

  close(): void {
    this.disarm();
    this.#stopLooking();
    this.#listener?.close();
  }

  #rung(): void {
    const wake = this.#armed;
    this.disarm();
    wake?.();
  }

  #look(): void {
    if (this.#armed === null) {
      this.#stopLooking();
      return;
    }
    this.#bedside.look();
    if (this.#mailbox.isAwake || this.#mailbox.hasNews()) this.#rung();
  }

  #stopLooking(): void {
    if (this.#looks !== null) clearInterval(this.#looks);
    this.#looks = null;
  }
}
