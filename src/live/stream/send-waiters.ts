/** Those that have found no room, in order: frames for the queue, and long ones that are to go from where they lie when their turn comes. */
import { Deferred } from './deferred.ts';
import type { FrameInPlace } from './frame-in-place.ts';
import type { QueuedFrame } from './send-queue.ts';

/** A frame that is to go from where it lies, when everything before it has gone. */
export interface Turn {
  /** Resolves when it has come, or the copy that took its place is in the queue. */
  readonly come: Promise<void>;
  readonly hasCome: boolean;
  /** It is not waited for any longer: a copy takes its place. Resolves when that is in the queue. */
  giveUp(): Promise<void>;
}

interface WaitingInPlace {
  readonly inPlace: FrameInPlace;
  readonly run: number;
}

interface Waiter {
  place: QueuedFrame | WaitingInPlace;
  readonly over: Deferred;
}

export interface TurnEvents {
  hasCome(): boolean;
  givenUp(): void;
}

export class SendWaiters {
  readonly #waiters: Waiter[] = [];

  get length(): number {
    return this.#waiters.length;
  }

  get first(): QueuedFrame | WaitingInPlace | undefined {
    return this.#waiters[0]?.place;
  }

  /** Resolves when the frame is let in. */
  push(frame: QueuedFrame): Promise<void> {
    return this.#push(frame).over.promise;
  }

  awaitTurn(inPlace: FrameInPlace, run: number, events: TurnEvents): Turn {
    const waiter = this.#push({ inPlace, run });
    return {
      come: waiter.over.promise,
      get hasCome() {
        return events.hasCome();
      },
      giveUp: () => {
        waiter.place = { buffer: inPlace.copied(), run, isUpdate: true, endsRun: false };
        events.givenUp();
        return waiter.over.promise;
      },
    };
  }

  /** The first one has been let in. */
  shift(): void {
    this.#waiters.shift()?.over.resolve();
  }

  fail(reason: Error): void {
    for (const { place, over } of this.#waiters.splice(0)) {
      if ('buffer' in place) place.buffer.release();
      else place.inPlace.beginning.release();
      over.reject(reason);
    }
  }

  #push(place: QueuedFrame | WaitingInPlace): Waiter {
    const waiter = { place, over: new Deferred() };
    this.#waiters.push(waiter);
    return waiter;
  }
}
