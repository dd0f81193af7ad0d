/** What a run under way keeps of clients that their master has forgotten since: many short-lived ones may take part in one run. */
import type { RunReport, RunShare } from './master-events.ts';

/** Names of those that have not ended it; of further ones the run keeps that there were some. */
const NAMES_MAX = 1024;

export class RunRemainder {
  #received = 0;
  #lost = 0;
  #isUnfinished = false;
  readonly #unfinished: string[] = [];

  /** The client is forgotten. */
  add({ name, received, lost, ending }: RunShare): void {
    this.#received += received;
    this.#lost += lost;
    if (ending === 'ended') return;
    this.#isUnfinished = true;
    if (this.#unfinished.length < NAMES_MAX) this.#unfinished.push(name);
  }

  /** Of the run: these clients', and those that are forgotten. */
  report(run: number, clients: readonly RunShare[]): RunReport {
    const received = clients.reduce((sum, share) => sum + share.received, this.#received);
    const lost = clients.reduce((sum, share) => sum + share.lost, this.#lost);
    const names = clients.filter(({ ending }) => ending !== 'ended').map(({ name }) => name);
    const unfinished = [...this.#unfinished, ...names];
    const complete = lost === 0 && unfinished.length === 0 && !this.#isUnfinished;
    return { run, received, lost, complete, clients, unfinished };
  }
}
