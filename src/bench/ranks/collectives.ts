/**
 * Collectives over the world, one after another without a pause: barrier, and allreduce (sum) of doubles.
 */
import assert from 'node:assert/strict';
import { SUM, type Intracommunicator } from '../../index.ts';
import type { BenchCase } from '../bench-case.ts';
import { runBatches, type GoAhead } from './batches.ts';

export async function runBarrier(
  world: Intracommunicator,
  benchCase: BenchCase,
  goAhead: GoAhead,
  awaiting: boolean,
): Promise<number[]> {
  function blocking(iterations: number): void {
    for (let i = 0; i < iterations; i++) world.barrierSync();
  }

  async function awaited(iterations: number): Promise<void> {
    for (let i = 0; i < iterations; i++) await world.barrier();
  }

  return runBatches(benchCase, goAhead, awaiting ? awaited : blocking);
}

export async function runAllreduce(
  world: Intracommunicator,
  benchCase: BenchCase,
  goAhead: GoAhead,
  awaiting: boolean,
): Promise<number[]> {
  const count = benchCase.bytes / Float64Array.BYTES_PER_ELEMENT;
  const contribution = Float64Array.from({ length: count }, (_, i) => (i % 1000) + world.rank);
  const total = new Float64Array(count);

  function blocking(iterations: number): void {
    for (let i = 0; i < iterations; i++) world.allreduceIntoSync(contribution, total, SUM);
  }

  async function awaited(iterations: number): Promise<void> {
    for (let i = 0; i < iterations; i++) await world.allreduceInto(contribution, total, SUM);
  }

  const seconds = await runBatches(benchCase, goAhead, awaiting ? awaited : blocking);
  const ofRanks = (world.size * (world.size - 1)) / 2;
  assert.ok(
    total.every((sum, i) => sum === (i % 1000) * world.size + ofRanks),
    'allreduce: a sum is wrong',
  );
  return seconds;
}
