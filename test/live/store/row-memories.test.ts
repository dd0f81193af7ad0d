import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RowMemories } from '#live/store/row-memories.js';

function watched(spareMax: number): { memories: RowMemories; told: string[] } {
  const told: string[] = [];
  const memories = new RowMemories(
    {
      added: (number, buffer) => told.push(`${number}: ${buffer.byteLength}`),
      dropped: (number) => told.push(`${number} dropped`),
    },
    spareMax,
  );
  return { memories, told };
}

test('rows of about one length use a few memories again and again, of which the writer hears once', () => {
  const { memories, told } = watched(2);
  for (let row = 0; row < 100; row += 1) {
    const [first, second] = [memories.take(5000 + row), memories.take(6000)];
    assert.ok(first.bytes.byteLength >= 5000 + row && first.number !== second.number);
    memories.giveBack(first.number);
    memories.giveBack(second.number);
  }
  assert.deepEqual(told, ['1: 8192', '2: 8192']);
});

test('what is too large or too small for a row makes room, and the writer lets go of it', () => {
  const { memories, told } = watched(2);
  for (const length of [10, 100_000, 2 ** 20, 1]) memories.giveBack(memories.take(length).number);
  assert.deepEqual(told, [
    '1: 4096',
    '2: 131072',
    // The first one lies there longest.
    '1 dropped',
    '3: 1048576',
    '2 dropped',
    '4: 4096',
  ]);
});

test('more than is kept may be under way at once, and is dropped when it comes back', () => {
  const { memories, told } = watched(1);
  const taken = [1, 2, 3].map(() => memories.take(1));
  for (const { number } of taken) memories.giveBack(number);
  // A second word of it says nothing.
  memories.giveBack(1);
  assert.deepEqual(told, ['1: 4096', '2: 4096', '3: 4096', '2 dropped', '3 dropped']);
});
