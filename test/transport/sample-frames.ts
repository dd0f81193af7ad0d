/** Frames of every kind, to be pushed, and compared with what comes of them. */
import assert from 'node:assert/strict';
import { type SeededRandom } from '#transport/simulated/seeded-random.js';
import type { Channel } from '#transport/transport.js';
import { type ControlKind, Frame, FrameKind, type MessageKind, type PartKind } from '#wire/frame.js';

const MESSAGES: readonly MessageKind[] = [FrameKind.EAGER, FrameKind.EAGER_FIRST, FrameKind.REQUEST];
const PARTS: readonly PartKind[] = [FrameKind.EAGER_MORE, FrameKind.DATA];
const CONTROLS: readonly ControlKind[] = [
  FrameKind.CLEAR,
  FrameKind.CREDIT,
  FrameKind.WITHDRAW,
  FrameKind.WITHDRAWN,
  FrameKind.FETCHED,
];

/** Sizes at which something changes: around a line of memory, what fits into a slot, the longest part. */
const CORNERS = [0, 1, 2, 39, 40, 41, 63, 64, 65];

function randomSize(random: SeededRandom, sizeMax: number): number {
  const size = random.chance(0.4)
    ? random.pick(CORNERS)
    : sizeMax - random.below(random.pick([2, 100, sizeMax]));
  return Math.max(0, Math.min(size, sizeMax));
}

const randomInteger = (random: SeededRandom): number => random.bits() | 0;

/** A frame of any kind with random fields, as a sender that keeps the rules may push it. */
export function randomFrame(random: SeededRandom, sizeMax: number): Frame {
  const frame = new Frame();
  frame.kind = random.pick<number>([...MESSAGES, ...PARTS, ...CONTROLS]);
  if (MESSAGES.includes(frame.kind as MessageKind)) {
    frame.elementType = random.below(64);
    frame.source = random.below(2 ** 20);
    frame.contextHigh = randomInteger(random);
    frame.contextLow = randomInteger(random);
    frame.tag = random.bits() >>> 1;
    if (frame.kind !== FrameKind.REQUEST) setData(frame, random, randomSize(random, sizeMax));
    frame.length = frame.kind === FrameKind.EAGER ? frame.size : random.below(2 ** 31) + 1;
    if (frame.kind === FrameKind.REQUEST) frame.id = randomInteger(random);
  } else {
    frame.id = randomInteger(random);
    if (PARTS.includes(frame.kind as PartKind)) setData(frame, random, randomSize(random, sizeMax));
    else frame.value = randomInteger(random);
  }
  return frame;
}

/** A part of a long transfer. */
export function dataFrame(random: SeededRandom, size: number, id: number): Frame {
  const frame = new Frame();
  frame.kind = FrameKind.DATA;
  frame.id = id;
  setData(frame, random, size);
  return frame;
}

function setData(frame: Frame, random: SeededRandom, size: number): void {
  const data = new Uint8Array(size);
  const first = random.bits();
  for (let k = 0; k < size; k++) data[k] = first + Math.imul(k, 0x9e37);
  frame.data = data;
  frame.size = size;
}

const scratch = (random: SeededRandom, frame: Frame): { data: Uint8Array; start: number } => {
  // Where the data lies in memory of the sender's: in front, in the middle, in a Buffer.
  const start = random.pick([0, 1, 8, 64]);
  const length = start + frame.size + random.pick([0, 3]);
  const data = random.chance(0.3) ? Buffer.alloc(length) : new Uint8Array(length);
  data.set(frame.data, start);
  return { data, start };
};

/** Pushes it; false where there was no room. What was pushed is the channel's: the sender's memory changes at once. */
export function push(channel: Channel, frame: Frame, random: SeededRandom): boolean {
  const { kind, elementType, source, contextHigh, contextLow, tag, length, id, value, size } = frame;
  const { data, start } = scratch(random, frame);
  let pushed: boolean;
  if (MESSAGES.includes(kind as MessageKind)) {
    pushed = channel.pushMessage(
      kind as MessageKind,
      elementType,
      source,
      contextHigh,
      contextLow,
      tag,
      length,
      id,
      data,
      start,
      size,
    );
  } else if (PARTS.includes(kind as PartKind)) {
    pushed = channel.pushPart(kind as PartKind, id, data, start, size);
  } else {
    pushed = channel.pushControl(kind as ControlKind, id, value);
  }
  data.fill(0xee);
  return pushed;
}

/** Fails unless what came is what was pushed, field by field, as far as the kind has them. */
export function assertSameFrame(came: Frame, pushed: Frame, what: string): void {
  assert.equal(came.kind, pushed.kind, `${what}: kind`);
  assert.equal(came.size, pushed.size, `${what}: size`);
  assert.equal(Buffer.compare(came.data, pushed.data), 0, `${what}: data`);
  const fields: (keyof Frame)[] = MESSAGES.includes(pushed.kind as MessageKind)
    ? ['elementType', 'source', 'contextHigh', 'contextLow', 'tag', 'length']
    : ['id'];
  if (pushed.kind === FrameKind.REQUEST) fields.push('id');
  if (CONTROLS.includes(pushed.kind as ControlKind)) fields.push('value');
  for (const field of fields) {
    // EAGER_MORE goes to the unfinished message of its writer: its id means nothing.
    if (pushed.kind === FrameKind.EAGER_MORE) continue;
    assert.equal(came[field], pushed[field], `${what}: ${field}`);
  }
}
