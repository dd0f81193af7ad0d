/** How much comes for each second, over the last few seconds: buckets of a quarter of a second, in a ring. */

const BUCKET_MS = 250;
const BUCKETS = 12;

export class RateMeter {
  readonly #counts = new Float64Array(BUCKETS);
  #bucket = -1;
  #first = -1;

  add(amount: number, nowMs: number): void {
    this.#advance(nowMs);
    const slot = this.#bucket % BUCKETS;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + amount;
  }

  /** Each second, over the last three; over less where it has not counted as long. */
  perSecond(nowMs: number): number {
    if (this.#first < 0) return 0;
    this.#advance(nowMs);
    const total = this.#counts.reduce((sum, count) => sum + count, 0);
    const since = Math.max(this.#first, this.#bucket - BUCKETS + 1) * BUCKET_MS;
    return total / (Math.max(nowMs - since, BUCKET_MS) / 1000);
  }

  #advance(nowMs: number): void {
    const bucket = Math.floor(nowMs / BUCKET_MS);
    if (this.#first < 0) this.#first = this.#bucket = bucket;
    const steps = Math.min(bucket - this.#bucket, BUCKETS);
    for (let step = 1; step <= steps; step += 1) this.#counts[(this.#bucket + step) % BUCKETS] = 0;
    if (bucket > this.#bucket) this.#bucket = steps === BUCKETS ? bucket : this.#bucket + steps;
    if (steps === BUCKETS) this.#counts.fill(0);
  }
}
