/** What is made of offers of the processor that are taken, on a clock and a processor of the test's own. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ProcessorOffers } from '#engine/processor-offers.js';

const QUICK_MS = 0.0005;
const TAKEN_MS = 0.01;
const policy = { spins: 500, yields: 9, patience: 3, awaitSpins: 0, awaitYields: 0, awaitTurns: 0 };

function makeOffers(spins: number = policy.spins, patience: number = policy.patience, callMs = 0.0002) {
  const seen = { now: 0, moves: 0, lasts: QUICK_MS, calls: 0, callMs };
  const processor = {
    yieldProcessor: () => {
      seen.now += seen.lasts;
    },
    leaveProcessor: () => {
      seen.moves += 1;
    },
    callSystem: () => {
      seen.now += seen.callMs;
      seen.calls += 1;
    },
  };
  const offers = new ProcessorOffers(processor, { ...policy, spins, patience }, { now: () => seen.now });
  const make = (lasts: number): number => {
    seen.lasts = lasts;
    offers.make();
    return offers.spins;
  };
  return { seen, make };
}

describe('Offers of the processor', () => {
  it('come after all polls as long as nobody takes them', () => {
    const { seen, make } = makeOffers();
    for (let k = 0; k < 100; k++) assert.equal(make(QUICK_MS), 500);
    assert.equal(seen.moves, 0);
  });

  it('come soon where one was taken, and late again after one that was not', () => {
    const { make } = makeOffers();
    assert.equal(make(TAKEN_MS), 20);
    assert.equal(make(TAKEN_MS), 20);
    assert.equal(make(QUICK_MS), 500);
  });

  it('never come later for that', () => {
    const { make } = makeOffers(5);
    assert.equal(make(TAKEN_MS), 5);
  });

  it('that are taken again and again make the thread move, but not where one in between is not', () => {
    const { seen, make } = makeOffers();
    for (const lasts of [TAKEN_MS, TAKEN_MS, QUICK_MS, TAKEN_MS, TAKEN_MS]) make(lasts);
    assert.equal(seen.moves, 0);
    make(TAKEN_MS);
    assert.equal(seen.moves, 1);
  });

  it('make it move no more than once in a millisecond', () => {
    const { seen, make } = makeOffers();
    while (seen.now < 10) make(TAKEN_MS);
    assert.ok(seen.moves >= 9 && seen.moves <= 10, `${seen.moves} moves`);
  });

  it('that last are not taken for taken where any call of the system takes long', () => {
    const { seen, make } = makeOffers(500, 3, 0.0011);
    for (let k = 0; k < 100; k++) assert.equal(make(0.0025), 500);
    assert.equal(seen.moves, 0);
    assert.equal(seen.calls, 1);
    assert.equal(make(TAKEN_MS), 20);
  });

  it('are measured by the fastest call, since others make one slow as well', () => {
    const { seen, make } = makeOffers(500, 3, 0.008);
    assert.equal(make(TAKEN_MS), 500);
    seen.callMs = 0.001;
    assert.equal(make(0.03), 20);
    seen.callMs = 0.008;
    assert.equal(make(TAKEN_MS), 20);
  });

  it('never make it move where every core is wanted', () => {
    const { seen, make } = makeOffers(500, Infinity);
    while (seen.now < 10) make(TAKEN_MS);
    assert.equal(seen.moves, 0);
  });
});
