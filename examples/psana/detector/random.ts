/**
 * Random numbers that repeat: the same words of a seed give the same numbers on every machine, so that an event of
 * the simulated detector is a function of (experiment, run, event, seed) and of nothing else.
 *
 * The stream is sfc32 (a small chaotic counter generator, 128 bits of state); normal deviates come from the ziggurat
 * of Marsaglia and Tsang, Poisson deviates from sequential search below a mean of 10 and from Hörmann's transformed
 * rejection (PTRS, 1993) above it, Gamma deviates from Marsaglia and Tsang's squeeze.
 */

const TWO_TO_32 = 4294967296;

/** Ziggurat of 128 layers of equal area; each layer has its width and the share of it that needs no second look. */
interface Ziggurat {
  readonly threshold: Uint32Array;
  readonly width: Float64Array;
  readonly density: Float64Array;
}

const LAYERS = 128;
const TAIL_START = 3.442619855899;
const LAYER_AREA = 9.91256303526217e-3;
const TWO_TO_31 = 2147483648;

const ZIGGURAT = buildZiggurat();

export class Random {
  readonly #state = new Int32Array(4);

  /** The words of the seed, e.g. `new Random('xpptut15', 54, 'event', 7)`; their order counts. */
  constructor(...seed: readonly (string | number)[]) {
    let hash = 0x811c9dc5;
    for (const unit of seed.join('\u0000')) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193);
    const state = this.#state;
    for (let word = 0; word < 4; word++) {
      hash = (hash + 0x9e3779b9) | 0;
      let mixed = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      state[word] = mixed ^ (mixed >>> 15);
    }
    state[3] = 1;
    for (let round = 0; round < 12; round++) this.bits();
  }

  /** 32 random bits as an integer from 0 to 2³² − 1. */
  bits(): number {
    const state = this.#state;
    const b = state[1] ?? 0;
    const c = state[2] ?? 0;
    const counter = state[3] ?? 0;
    const sum = ((state[0] ?? 0) + b + counter) | 0;
    state[3] = counter + 1;
    state[0] = b ^ (b >>> 9);
    state[1] = c + (c << 3);
    state[2] = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.bits() / TWO_TO_32;
  }

  /** Normal deviate of mean 0 and standard deviation 1. */
  normal(): number {
    for (;;) {
      const bits = this.bits();
      const layer = bits & (LAYERS - 1);
      const signed = bits | 0;
      const width = ZIGGURAT.width[layer] ?? 0;
      const value = signed * width;
      if (Math.abs(signed) < (ZIGGURAT.threshold[layer] ?? 0)) return value;
      if (layer === 0) return this.#normalTail(signed < 0);
      const above = ZIGGURAT.density[layer - 1] ?? 0;
      const below = ZIGGURAT.density[layer] ?? 0;
      if (below + this.uniform() * (above - below) < Math.exp(-0.5 * value * value)) return value;
    }
  }

  /** Number of events of a Poisson process with this mean. */
  poisson(mean: number): number {
    if (mean <= 0) return 0;
    return mean < 10 ? this.#poissonSmall(mean) : this.#poissonLarge(mean);
  }

  /** Gamma deviate of this shape (≥ 1) and of mean 1, as the pulse energy of a source with so many modes. */
  gammaOfMeanOne(shape: number): number {
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const v = (1 + c * x) ** 3;
      if (v <= 0) continue;
      const u = this.uniform();
      if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return (d * v) / shape;
    }
  }

  #normalTail(negative: boolean): number {
    for (;;) {
      const x = -Math.log(1 - this.uniform()) / TAIL_START;
      const y = -Math.log(1 - this.uniform());
      if (y + y > x * x) return negative ? -(TAIL_START + x) : TAIL_START + x;
    }
  }

  #poissonSmall(mean: number): number {
    let term = Math.exp(-mean);
    let sum = term;
    let count = 0;
    const u = this.uniform();
    while (u >= sum && count < 100) {
      count++;
      term *= mean / count;
      sum += term;
    }
    return count;
  }

  #poissonLarge(mean: number): number {
    const b = 0.931 + 2.53 * Math.sqrt(mean);
    const a = -0.059 + 0.02483 * b;
    const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
    const acceptAtOnce = 0.9277 - 3.6224 / (b - 2);
    for (;;) {
      const u = this.uniform() - 0.5;
      const v = this.uniform();
      const us = 0.5 - Math.abs(u);
      const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
      if (us >= 0.07 && v <= acceptAtOnce) return k;
      if (k < 0 || (us < 0.013 && v > us)) continue;
      const logAccept = Math.log((v * inverseAlpha) / (a / (us * us) + b));
      if (logAccept <= k * Math.log(mean) - mean - logFactorial(k)) return k;
    }
  }
}

/** ln k!, exact for small k and by Stirling's series (error below 1e-9) from 10 on. */
function logFactorial(k: number): number {
  if (k < 10) {
    let product = 1;
    for (let factor = 2; factor <= k; factor++) product *= factor;
    return Math.log(product);
  }
  const n = k + 1;
  const inverse = 1 / n;
  const series = inverse * (1 / 12 - inverse * inverse * (1 / 360 - (inverse * inverse) / 1260));
  return (n - 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + series;
}

function buildZiggurat(): Ziggurat {
  const threshold = new Uint32Array(LAYERS);
  const width = new Float64Array(LAYERS);
  const density = new Float64Array(LAYERS);
  const bottom = LAYER_AREA / Math.exp(-0.5 * TAIL_START * TAIL_START);
  let edge = TAIL_START;
  threshold[0] = (TAIL_START / bottom) * TWO_TO_31;
  threshold[1] = 0;
  width[0] = bottom / TWO_TO_31;
  width[LAYERS - 1] = TAIL_START / TWO_TO_31;
  density[0] = 1;
  density[LAYERS - 1] = Math.exp(-0.5 * TAIL_START * TAIL_START);
  let previous = TAIL_START;
  for (let layer = LAYERS - 2; layer >= 1; layer--) {
    edge = Math.sqrt(-2 * Math.log(LAYER_AREA / edge + Math.exp(-0.5 * edge * edge)));
    threshold[layer + 1] = (edge / previous) * TWO_TO_31;
    previous = edge;
    density[layer] = Math.exp(-0.5 * edge * edge);
    width[layer] = edge / TWO_TO_31;
  }
  return { threshold, width, density };
}
