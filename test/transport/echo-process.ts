/**
 * The other end in tests of sleeping and waking: a process of its own that sends back what it gets.
 *
 *     node echo-process.js DIRECTORY RANK block|await
 *
 * It answers data frames with the same data. A frame with id 0 makes it send so many bytes as its data says (a 32-bit
 * number), through a ring that is much shorter; one without data makes it end. It never polls idly: whenever there is
 * nothing to do it sleeps.
 */
import assert from 'node:assert/strict';
import { processId } from '#model/process-id.js';
import { loadLibc } from '#system/libc.js';
import { openJobSegment } from '#transport/shared-memory/job-segment.js';
import { SharedMemoryTransport } from '#transport/shared-memory/shared-memory-transport.js';
import { FrameKind } from '#wire/frame.js';
import { JOB } from './shared-memory-fixture.ts';

const [directory, rank, way] = process.argv.slice(2);
assert.ok(directory !== undefined && (way === 'block' || way === 'await'));
const libc = loadLibc();
const segment = openJobSegment(libc, directory);
const transport = new SharedMemoryTransport(libc, segment, JOB, Number(rank));
const channel = transport.open(processId(JOB, 0));
/** What is still to be sent. */
const outgoing: Uint8Array[] = [];
/** Set when it is told to end. */
const state = { over: false };

transport.start(() => ({
  frame({ id, data, start, size: bytes }) {
    const copy = Uint8Array.from(data.subarray(start, start + bytes));
    if (id !== 0) {
      outgoing.push(copy);
    } else if (bytes === 0) {
      state.over = true;
    } else {
      const parts = Math.ceil(new Uint32Array(copy.buffer)[0]! / channel.fragmentBytes);
      for (let k = 0; k < parts; k++) outgoing.push(new Uint8Array(channel.fragmentBytes).fill(k));
    }
  },
  malformed: (description) => assert.fail(description),
  ended: () => undefined,
}));

/** True where anything moved. */
function step(): boolean {
  let moved = transport.poll();
  for (let next = outgoing[0]; next !== undefined; next = outgoing[0]) {
    if (!channel.pushPart(FrameKind.DATA, 1, next, 0, next.length)) break;
    outgoing.shift();
    moved = true;
  }
  return moved;
}

const asleep = (): Promise<void> =>
  new Promise((resolve) => {
    transport.arm(resolve);
    transport.holdProcess(true);
  });

while (!state.over || outgoing.length > 0) {
  if (step()) continue;
  if (way === 'block') transport.sleep(Infinity);
  else await asleep();
}
transport.close();
