/**
 * How far the work is: on a terminal a bar that is drawn over again, elsewhere a plain line for each quarter.
 *
 *     [██████████████░░░░░░]  70 %  210 of 300 tiles
 */
const BAR_CELLS = 20;
const ERASE_REST = '\u001b[K';

export class Progress {
  readonly #total: number;
  readonly #write: (text: string) => unknown;
  readonly #bar: boolean;
  #done = 0;

  constructor(total: number, write: (text: string) => unknown, bar: boolean) {
    this.#total = total;
    this.#write = write;
    this.#bar = bar;
  }

  /** One more is done. */
  step(): void {
    const before = this.#done++;
    if (this.#bar) this.#draw();
    else if (this.#quarters(this.#done) > this.#quarters(before)) this.#write(`${this.#text()}\n`);
    if (this.#bar && this.#done === this.#total) this.#write('\n');
  }

  /** Says something above the bar. */
  say(line: string): void {
    this.#write(this.#bar ? `\r${line}${ERASE_REST}\n` : `${line}\n`);
    if (this.#bar && this.#done < this.#total) this.#draw();
  }

  #quarters(done: number): number {
    return Math.floor((4 * done) / this.#total);
  }

  #draw(): void {
    const full = Math.round((this.#done / this.#total) * BAR_CELLS);
    const bar = '█'.repeat(full) + '░'.repeat(BAR_CELLS - full);
    this.#write(`\r[${bar}] ${this.#text()}${ERASE_REST}`);
  }

  #text(): string {
    const percent = Math.floor((100 * this.#done) / this.#total);
    return `${String(percent).padStart(3)} %  ${this.#done} of ${this.#total} tiles`;
  }
}
