/** The random numbers of the simulated detector: they repeat, and they have the moments of their distributions. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Random } from '../../examples/psana/detector/random.ts';

/** Mean, variance and skewness of so many draws. */
function momentsOf(count: number, draw: () => number): { mean: number; variance: number; skewness: number } {
  const values = Array.from({ length: count }, draw);
  const central = (power: number, mean: number): number =>
    values.reduce((sum, value) => sum + (value - mean) ** power, 0) / count;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const variance = central(2, mean);
  return { mean, variance, skewness: central(3, mean) / variance ** 1.5 };
}

function assertNear(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual} is not ${expected} ± ${tolerance}`);
}

describe('random numbers of the simulation', () => {
  it('repeat for the same words of a seed, and differ for others', () => {
    const draw = (...seed: (string | number)[]): number[] => {
      const random = new Random(...seed);
      return Array.from({ length: 20 }, () => random.bits());
    };
    assert.deepEqual(draw('event', 'xpptut15', 54, 7), draw('event', 'xpptut15', 54, 7));
    assert.notDeepEqual(draw('event', 'xpptut15', 54, 7), draw('event', 'xpptut15', 54, 8));
    assert.notDeepEqual(draw('event', 1, 23), draw('event', 12, 3));
  });

  it('are uniform in [0, 1)', () => {
    const random = new Random('uniform');
    const bins = new Float64Array(64);
    for (let draw = 0; draw < 64_000; draw++) {
      const bin = Math.floor(random.uniform() * 64);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    const chiSquare = bins.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    assert.ok(chiSquare > 30 && chiSquare < 110, `chi-square of 63 degrees of freedom is ${chiSquare}`);
  });

  it('are normal, in the tails too', () => {
    const random = new Random('normal');
    const count = 400_000;
    let beyondThree = 0;
    const { mean, variance, skewness } = momentsOf(count, () => {
      const value = random.normal();
      if (Math.abs(value) > 3) beyondThree++;
      return value;
    });
    assertNear(mean, 0, 0.006, 'mean');
    assertNear(variance, 1, 0.01, 'variance');
    assertNear(skewness, 0, 0.02, 'skewness');
    assertNear(beyondThree / count, 0.0027, 0.0004, 'share beyond three standard deviations');
  });

  for (const mean of [0.02, 0.4, 3, 9.9, 10.1, 42, 800]) {
    it(`are Poisson with variance = mean = ${mean}`, () => {
      const random = new Random('poisson', mean);
      const moments = momentsOf(100_000, () => random.poisson(mean));
      assertNear(moments.mean, mean, 6 * Math.sqrt(mean / 100_000), 'mean');
      assertNear(moments.variance / mean, 1, 0.05, 'variance over mean');
      assertNear(moments.skewness * Math.sqrt(mean), 1, 0.35, 'skewness times the root of the mean');
    });
  }

  it('are Gamma with mean 1 and variance 1/shape', () => {
    const random = new Random('gamma');
    const { mean, variance } = momentsOf(100_000, () => random.gammaOfMeanOne(12));
    assertNear(mean, 1, 0.01, 'mean');
    assertNear(variance * 12, 1, 0.05, 'variance times the shape');
  });
});
