/**
 * The seeds of a property test. Each run of the tests takes new ones; `PARLEY_SEED=n` runs one world again, and
 * `PARLEY_ROUNDS=n` makes n times as many.
 */
import { randomInt } from 'node:crypto';

/** Calls `check` with as many seeds as `rounds` says; its error must name the seed. */
export async function forSeeds(rounds: number, check: (seed: number) => Promise<void>): Promise<void> {
  const asked = process.env['PARLEY_SEED'];
  if (asked !== undefined) {
    await check(Number(asked));
    return;
  }
  const factor = Number(process.env['PARLEY_ROUNDS'] ?? 1);
  const first = randomInt(2 ** 40);
  for (let round = 0; round < rounds * factor; round++) await check(first + round);
}
