/** The line that `parley view` draws on a terminal: how the program runs, how much of it comes, who looks. */
import type { Mirror, RemoteView } from '../../live/index.ts';

const EVERY_MS = 500;
const ERASE = '\r\u001b[K';
const UNITS = ['B', 'kB', 'MB', 'GB'];

export class ViewLine {
  readonly #name: string;
  readonly #mirror: Mirror;
  readonly #remote: RemoteView;
  readonly #timer: NodeJS.Timeout | undefined;
  #before: { readonly time: number; readonly frames: number; readonly bytes: number };

  constructor(name: string, mirror: Mirror, remote: RemoteView) {
    this.#name = name;
    this.#mirror = mirror;
    this.#remote = remote;
    this.#before = this.#now();
    if (process.stderr.isTTY) this.#timer = setInterval(() => this.#draw(), EVERY_MS);
  }

  end(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    process.stderr.write(ERASE);
  }

  #now(): { readonly time: number; readonly frames: number; readonly bytes: number } {
    return { time: performance.now(), frames: this.#mirror.frames, bytes: this.#remote.bytes };
  }

  #draw(): void {
    const { time, frames, bytes } = this.#now();
    const seconds = (time - this.#before.time) / 1000;
    const { status, view } = this.#mirror;
    const parts = [
      this.#name,
      ...(status?.run === undefined ? [] : [`run ${status.run}`]),
      ...(status?.rate === undefined ? [] : [`${status.rate.toFixed(1)} events/s`]),
      `${((frames - this.#before.frames) / seconds).toFixed(1)} values/s`,
      `${amount((bytes - this.#before.bytes) / seconds)}/s`,
      `${view.viewers.length} ${view.viewers.length === 1 ? 'page' : 'pages'}`,
    ];
    this.#before = { time, frames, bytes };
    process.stderr.write(ERASE + parts.join(' · ').slice(0, (process.stderr.columns || 80) - 1));
  }
}

function amount(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${(bytes / 1000 ** power).toPrecision(3)} ${UNITS[power] ?? ''}`;
}
