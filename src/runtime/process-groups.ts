/**
 * The process groups of a job: each rank leads one, and what the rank starts belongs to it. A group may outlive its
 * leader; none outlives the job. The guard is kept informed, so that it never ends a stranger to whom the kernel
 * gave a number again.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 20;
/** A process that does not even end by SIGKILL (it hangs in the kernel) is not waited for. */
const KILLED_MS_MAX = 1000;

/** Who is told of groups that come and go. */
export interface GroupObserver {
  add(processGroup: number): void;
  remove(processGroup: number): void;
}

export class ProcessGroups {
  readonly #observer: GroupObserver;
  readonly #groups = new Set<number>();
  /** Groups whose leaders have ended. */
  readonly #leaderless = new Set<number>();

  constructor(observer: GroupObserver) {
    this.#observer = observer;
  }

  add(leader: number): void {
    this.#groups.add(leader);
    this.#observer.add(leader);
  }

  /** A leader has ended: its group is forgotten now, or when its last member ends. */
  leaderEnded(leader: number): void {
    if (hasMembers(leader)) this.#leaderless.add(leader);
    else this.#forget(leader);
  }

  signalAll(signal: NodeJS.Signals): void {
    this.#forgetEmpty();
    for (const group of this.#groups) send(group, signal);
  }

  /**
   * After all leaders have ended: lets what they left running end by itself for a while, then asks it to, then
   * kills it.
   */
  async end(graceMs: number): Promise<void> {
    if (await this.#emptyWithin(graceMs)) return;
    this.signalAll('SIGTERM');
    this.signalAll('SIGCONT');
    if (await this.#emptyWithin(graceMs)) return;
    this.signalAll('SIGKILL');
    await this.#emptyWithin(KILLED_MS_MAX);
  }

  async #emptyWithin(limitMs: number): Promise<boolean> {
    for (let waitedMs = 0; ; waitedMs += POLL_MS) {
      this.#forgetEmpty();
      if (this.#leaderless.size === 0) return true;
      if (waitedMs >= limitMs) return false;
      await delay(POLL_MS);
    }
  }

  #forgetEmpty(): void {
    for (const group of this.#leaderless) if (!hasMembers(group)) this.#forget(group);
  }

  #forget(group: number): void {
    this.#groups.delete(group);
    this.#leaderless.delete(group);
    this.#observer.remove(group);
  }
}

function send(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false; // Nobody is left, or nobody who may be signalled.
  }
}

/** Whether a group has a member that has not ended. A dead one that nobody has reaped does not count. */
function hasMembers(group: number): boolean {
  if (!send(group, 0)) return false;
  return readdirSync('/proc').some((name) => /^\d+$/.test(name) && isLivingMember(name, group));
}

function isLivingMember(pid: string, group: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, , processGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(processGroup) === group && state !== 'Z' && state !== 'X';
  } catch {
    return false;
  }
}
