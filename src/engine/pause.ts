/** A pause: whoever has to try something again goes on after it, also where the thread is blocked meanwhile. It holds no process. */
import type { Clock } from '../system/clock.ts';
import type { Driver } from './driver.ts';
import { Operation } from './operation.ts';

class Pause extends Operation<void> {
  override withdraw(): boolean {
    return false;
  }

  protected override result(): void {
    return undefined;
  }
}

/** Calls `goOn` in the round of progress that follows. */
export function pause(driver: Driver, clock: Clock, milliseconds: number, goOn: () => void): void {
  const pausing = new Pause(driver);
  const expire = (): void => {
    pausing.complete();
  };
  const timer = setTimeout(expire, milliseconds).unref();
  pausing.onEnd = () => driver.whenReady(goOn);
  pausing.limit = {
    deadline: clock.now() + milliseconds,
    expire,
    release() {
      clearTimeout(timer);
      driver.unwatchDeadline(pausing);
    },
  };
  driver.watchDeadline(pausing);
}
