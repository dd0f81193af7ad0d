/** The rings by themselves, on ordinary memory: all sizes, counters that wrap around, garbage. */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { describe, it } from 'node:test';
import type { MappedFile } from '#system/mapped-file.js';
import {
  formatRing,
  INLINE_BYTES,
  READ_BYTES,
  READ_SLOTS,
  readRingHeader,
  RING_BYTES_MIN,
  ringFileBytes,
  type RingStart,
  SLOTTED_BYTES,
} from '#transport/shared-memory/ring-layout.js';
import { RingReader } from '#transport/shared-memory/ring-reader.js';
import { RingWriter } from '#transport/shared-memory/ring-writer.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import type { Channel } from '#transport/transport.js';
import { Frame, FrameKind } from '#wire/frame.js';
import { assertSameFrame, push, randomFrame } from './sample-frames.ts';

const WRITER = { job: '0123456789abcdef0123456789abcdef', rank: 3 };
/** Words of a slot, and where the first one begins. */
const SLOT_WORDS = 16;
const SLOTS_AT = 64;

interface TestRing {
  readonly memory: ArrayBuffer;
  readonly file: MappedFile;
  readonly writer: RingWriter;
  readonly reader: RingReader;
}

function makeRing(start?: RingStart, ringBytes: number = RING_BYTES_MIN): TestRing {
  const memory = new ArrayBuffer(ringFileBytes(ringBytes));
  const file: MappedFile = { path: 'a ring', pointer: null, memory, close: () => undefined };
  formatRing(file, ringBytes, WRITER);
  const words = new Int32Array(memory);
  if (start !== undefined) {
    words[READ_SLOTS] = start.slots;
    words[READ_BYTES] = start.bytes;
    // No slot may look as if it had been written in this turn.
    for (let word = SLOTS_AT; word < (memory.byteLength - ringBytes) / 4; word += SLOT_WORDS)
      words[word] = start.slots;
  }
  return {
    memory,
    file,
    writer: new RingWriter(file, ringBytes, start),
    reader: new RingReader(file, ringBytes, start),
  };
}

/** A ring's writer, as the helpers of the suite push into it. */
const channelOf = (writer: RingWriter): Channel => writer as unknown as Channel;

function pushEager({ writer }: TestRing, data: Uint8Array, tag: number): boolean {
  return writer.pushMessage(FrameKind.EAGER, 2, 0, 1, 2, tag, data.length, 0, data, 0, data.length);
}

/** What a look at the ring hands over, each frame with a copy of its data. */
function drain({ reader, memory }: TestRing): Frame[] {
  const frames: Frame[] = [];
  reader.drain(new Frame(), (frame) => {
    assert.ok(frame.size >= 0 && frame.start >= 0, 'a frame without a place');
    assert.ok(frame.start + frame.size <= memory.byteLength, 'data outside of the ring');
    if (frame.size > 0) assert.ok(frame.start >= SLOTS_AT * 4, 'data inside the header');
    const copy = Object.assign(new Frame(), frame);
    copy.data = Uint8Array.from(frame.data.subarray(frame.start, frame.start + frame.size));
    frames.push(copy);
  });
  return frames;
}

/** Random frames in and out; some bursts fill the ring, some looks find it empty. */
function checkTraffic(ring: TestRing, random: SeededRandom, count: number): void {
  const channel = channelOf(ring.writer);
  const waiting: Frame[] = [];
  let refusals = 0;
  for (let k = 0; k < count;) {
    const frame = randomFrame(random, ring.writer.fragmentBytes);
    if (push(channel, frame, random)) {
      waiting.push(frame);
      k++;
      if (random.chance(0.9)) continue;
    } else {
      refusals++;
      assert.ok(waiting.length > 0, 'an empty ring has no room');
    }
    const readAll = random.chance(0.5);
    do {
      for (const came of drain(ring)) assertSameFrame(came, waiting.shift()!, `frame ${k}`);
    } while (readAll && waiting.length > 0);
  }
  while (waiting.length > 0)
    for (const came of drain(ring)) assertSameFrame(came, waiting.shift()!, 'the last frames');
  assert.equal(ring.reader.hasFrame(), false);
  assert.ok(refusals > 0, 'the ring was never full');
}

describe('A ring', () => {
  const seed = Number(process.env['PARLEY_SEED'] ?? randomInt(2 ** 40));

  it(`carries every size across its end (seed ${seed})`, () => {
    checkTraffic(makeRing(), new SeededRandom(seed), 5000);
    // Each size from the shortest to the longest, at whatever place it comes to lie.
    const ring = makeRing();
    const random = new SeededRandom(seed);
    for (let size = 0; size <= ring.writer.fragmentBytes; size += size < 200 ? 1 : 37) {
      const data = new Uint8Array(size).map(() => random.bits());
      assert.ok(ring.writer.pushPart(FrameKind.DATA, size, data, 0, size), `no room for ${size} bytes`);
      const [frame, ...others] = drain(ring);
      assert.equal(others.length, 0);
      assert.equal(frame?.id, size);
      assert.deepEqual(frame.data, data);
    }
  });

  it('takes no data in its slots for a frame, though it looks like the turns that are waited for', () => {
    for (const start of [undefined, { slots: -500, bytes: 0 }]) {
      const ring = makeRing(start);
      let turn = (start?.slots ?? 0) + 1;
      // Of every turn, and of the ones to come: one lap on, the slots begin with what is waited for there.
      const lap = 128;
      const words = new Int32Array(SLOTTED_BYTES / 4);
      const data = new Uint8Array(words.buffer);
      for (let k = 0; k < 2000; k++) {
        const size = INLINE_BYTES + 4 + ((k * 52) % (SLOTTED_BYTES - INLINE_BYTES - 4));
        // The data begins behind six words of the first slot.
        for (let word = 0; word < size / 4; word++)
          words[word] = turn + lap + Math.floor((word + 6) / SLOT_WORDS);
        assert.ok(pushEager(ring, data.subarray(0, size), k));
        if (k % 3 === 0) assert.ok(ring.writer.pushControl(FrameKind.CREDIT, k, 1));
        const [frame, ...others] = drain(ring);
        assert.equal(frame?.tag, k);
        assert.deepEqual(frame.data, data.slice(0, size));
        assert.equal(others.length, k % 3 === 0 ? 1 : 0);
        assert.equal(ring.reader.hasFrame(), false, `a frame out of data, after message ${k}`);
        turn += 1 + Math.ceil((size - INLINE_BYTES) / 64) + others.length;
      }
    }
  });

  for (const [what, at] of [
    ['2³¹', 2 ** 31],
    ['2³²', 2 ** 32],
  ] as const) {
    it(`goes on when its counters pass ${what} (seed ${seed})`, () => {
      for (const before of [1, 50, 128, 1000]) {
        checkTraffic(makeRing({ slots: (at - before) | 0, bytes: 0 }), new SeededRandom(seed + before), 2000);
        checkTraffic(
          makeRing({ slots: 0, bytes: (at - before * 64) | 0 }),
          new SeededRandom(seed + before),
          2000,
        );
        const both = { slots: (at - before) | 0, bytes: (at - before * 64) | 0 };
        checkTraffic(makeRing(both), new SeededRandom(seed), 2000);
      }
    });
  }

  it('asks for room where it has none, and is told of it once', () => {
    const ring = makeRing();
    const data = new Uint8Array(ring.writer.fragmentBytes);
    const fill = (): number => {
      let pushed = 0;
      while (ring.writer.pushPart(FrameKind.DATA, pushed, data, 0, data.length)) pushed++;
      return pushed;
    };
    assert.equal(ring.reader.takeRoomWanted(), false);
    for (let round = 0; round < 50; round++) {
      assert.ok(fill() > 0);
      assert.equal(ring.reader.takeRoomWanted(), false, 'there is no room yet');
      drain(ring);
      assert.equal(ring.reader.takeRoomWanted(), true);
      assert.equal(ring.reader.takeRoomWanted(), false, 'once is enough');
    }
    // So many slots that they run out before the bytes do.
    const small = new Uint8Array(0);
    while (ring.writer.pushPart(FrameKind.DATA, 1, small, 0, 0));
    while (drain(ring).length > 0);
    assert.equal(ring.reader.takeRoomWanted(), true);
  });

  it('says who writes it, and that garbage is no ring', () => {
    const { file, memory } = makeRing();
    assert.deepEqual(readRingHeader(file), { ...WRITER, ringBytes: RING_BYTES_MIN });
    const words = new Int32Array(memory);
    for (const [word, value] of [
      [0, 0],
      [1, 99],
      [2, 127],
      [2, 2 ** 30],
      [3, RING_BYTES_MIN + 64],
      [3, RING_BYTES_MIN / 2],
      [3, -1],
      [3, RING_BYTES_MIN * 2],
    ] as const) {
      const good = words[word]!;
      words[word] = value;
      assert.throws(() => readRingHeader(file), /no ring of this version/, `word ${word} = ${value}`);
      words[word] = good;
    }
    for (const bytes of [0, 1, 7, 64, 255, memory.byteLength - 1, memory.byteLength + 1]) {
      const other = { ...file, memory: new ArrayBuffer(bytes) };
      new Uint8Array(other.memory).set(new Uint8Array(memory).subarray(0, bytes));
      assert.throws(() => readRingHeader(other), /no ring of this version/, `${bytes} bytes`);
    }
  });

  it(`survives garbage anywhere in its memory (seed ${seed})`, () => {
    const random = new SeededRandom(seed);
    for (let round = 0; round < 3000; round++) {
      const ring = makeRing();
      const words = new Int32Array(ring.memory);
      const channel = channelOf(ring.writer);
      const frames = random.between(1, 6);
      for (let k = 0; k < frames; k++) push(channel, randomFrame(random, 3000), random);
      const scribbles = random.between(1, 30);
      for (let k = 0; k < scribbles; k++) {
        // Mostly where the frames are described; plausible numbers and wild ones.
        const word = random.chance(0.9)
          ? SLOTS_AT + random.below(frames) * SLOT_WORDS + random.below(8)
          : random.below(words.length);
        words[word] = random.chance(0.5) ? random.bits() : random.below(70) - 2;
      }
      try {
        for (let looks = 0; looks < 3; looks++) drain(ring);
      } catch (error) {
        assert.match(String(error), /^Error: a part of -?\d+ bytes$/, `seed ${seed}, round ${round}`);
      }
    }
  });
});
