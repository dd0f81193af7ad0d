import assert from 'node:assert/strict';
import { test } from 'node:test';
import { METRICS } from '#bench/metric.js';
import { median, summarize } from '#bench/statistics.js';

test('the median is the middle value, or the mean of the two middle ones', () => {
  assert.equal(median([3]), 3);
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([10, 2, 4, 1]), 3);
  assert.throws(() => median([]), RangeError);
});

test('a summary keeps the values of the rounds in their order', () => {
  assert.deepEqual(summarize([3, 1, 2]), { median: 2, min: 1, max: 3, values: [3, 1, 2] });
});

test('each metric is derived from the median of the batches', () => {
  const record = {
    kind: 'window',
    bytes: 1000,
    window: 10,
    ranks: 2,
    iterations: 100,
    seconds: [0.5, 0.01, 0.02],
  } as const;
  assert.equal(METRICS.duration.value(record), 200);
  assert.equal(METRICS.halfRoundTrip.value(record), 100);
  assert.equal(METRICS.bandwidth.value(record), 0.05);
  assert.equal(METRICS.rate.value(record), 0.05);
});

test('the processor time is that of all waiting ranks together, against the time they waited', () => {
  const record = {
    kind: 'idle',
    bytes: 0,
    window: 0,
    ranks: 3,
    iterations: 1,
    seconds: [2],
    processorSeconds: [1, 2],
  } as const;
  assert.equal(METRICS.processor.value(record), 150);
});
