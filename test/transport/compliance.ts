/**
 * The contract of src/transport/transport.ts as a suite. Every transport runs it:
 *
 *     describe('The transport to oneself', () => checkCompliance(fixture));
 */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { it } from 'node:test';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import type { Frame } from '#wire/frame.js';
import { checkLending } from './lending.ts';
import { assertSameFrame, dataFrame, push, randomFrame } from './sample-frames.ts';
import { type TestProcess, type TransportFixture, withProcesses } from './transport-world.ts';

/** More frames than any transport takes at once, or has room for. */
const FRAMES_MANY = 3000;
const AT_ONCE_MAX = 1024;
const PEERS_MANY = 12;
const PUSHES_MAX = 100_000;
const LONG_BYTES = 8 * 2 ** 20;
/** A test that takes as long waits for somebody who was forgotten. */
const FORGOTTEN_MS = 60_000;

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

export function checkCompliance(fixture: TransportFixture): void {
  const seed = Number(process.env['PARLEY_SEED'] ?? randomInt(2 ** 40));
  const random = new SeededRandom(seed);
  const two = (processes: readonly TestProcess[]): { writer: TestProcess; reader: TestProcess } => ({
    writer: processes[0]!,
    reader: processes.at(-1)!,
  });
  /** Pushes until there is no room; how many frames found some. A single refusal may have no reason. */
  const fill = (writer: TestProcess, reader: TestProcess): number => {
    const channel = writer.channelTo(reader.id);
    let pushed = 0;
    for (let refusals = 0; refusals < 20 && pushed < PUSHES_MAX;) {
      if (push(channel, dataFrame(random, channel.fragmentBytes, pushed), random)) {
        pushed++;
        refusals = 0;
      } else {
        refusals++;
      }
    }
    return pushed;
  };
  const check = (
    title: string,
    processes: number,
    test: (
      processes: readonly TestProcess[],
      end: (process: number, orderly: boolean) => void,
    ) => void | Promise<void>,
  ): void => {
    it(`${title} (seed ${seed})`, { timeout: FORGOTTEN_MS }, () =>
      withProcesses(fixture, processes, (all, world) =>
        test(all, (index, orderly) => world.end(index, orderly)),
      ),
    );
  };

  check('hands frames over in order and unharmed, whatever their kind and size', 2, (processes) => {
    const { writer, reader } = two(processes);
    const expected: Frame[] = [];
    const channel = writer.channelTo(reader.id);
    const { frames } = reader.from(writer.id);
    for (let k = 0; k < FRAMES_MANY; k++) {
      const frame = randomFrame(random, channel.fragmentBytes);
      reader.pollUntil(() => push(channel, frame, random), `room for frame ${k}`);
      if (random.chance(0.2)) reader.transport.poll();
      expected.push(frame);
    }
    reader.pollUntil(() => frames.length >= FRAMES_MANY, 'all frames arrive');
    for (const [k, frame] of frames.entries()) assertSameFrame(frame, expected[k]!, `frame ${k}`);
  });

  check('carries many MiB through little room', 2, (processes) => {
    const { writer, reader } = two(processes);
    const channel = writer.channelTo(reader.id);
    const recording = reader.from(writer.id);
    const message = new Uint8Array(fixture.name === 'simulated' ? LONG_BYTES >> 4 : LONG_BYTES);
    for (let k = 0; k < message.length; k++) message[k] = (k * 31) ^ (k >> 11);
    let came = 0;
    recording.onFrame = ({ data, start, size }) => {
      const part = data.subarray(start, start + size);
      assert.equal(Buffer.compare(part, message.subarray(came, came + size)), 0, `the bytes from ${came} on`);
      came += size;
      recording.frames.length = 0;
    };
    for (let sent = 0; sent < message.length;) {
      const size = Math.min(channel.fragmentBytes, message.length - sent);
      reader.pollUntil(() => channel.pushPart(6, 1, message, sent, size), `room after ${sent} bytes`);
      sent += size;
    }
    reader.pollUntil(() => came === message.length, 'everything arrives');
  });

  check('refuses what does not fit, and takes it again when there is room', 2, (processes) => {
    const { writer, reader } = two(processes);
    const { frames } = reader.from(writer.id);
    let pushed = 0;
    for (let round = 0; round < 5; round++) {
      const more = fill(writer, reader);
      assert.ok(more < PUSHES_MAX, 'there is no end of room');
      pushed += more;
      reader.pollUntil(
        () => frames.length === pushed,
        'what was taken arrives, and what was refused does not',
      );
    }
    assert.ok(pushed > 5, 'there is room again');
    for (let polls = 0; polls < 1000; polls++) reader.transport.poll();
    assert.equal(frames.length, pushed);
  });

  check('takes a bounded number of frames at a time', 2, (processes) => {
    const { writer, reader } = two(processes);
    const channel = writer.channelTo(reader.id);
    const recording = reader.from(writer.id);
    // Every frame brings another one: a poll that went on as long as there are any would never end.
    let owed = 0;
    const pay = (): void => {
      while (owed > 0 && push(channel, dataFrame(random, 8, owed), random)) owed--;
    };
    recording.onFrame = () => {
      owed++;
      pay();
    };
    const enough = fill(writer, reader) + 50;
    let before = 0;
    reader.pollUntil(() => {
      const came = recording.frames.length - before;
      assert.ok(came <= AT_ONCE_MAX, `${came} frames in one poll`);
      before = recording.frames.length;
      pay();
      return before > enough;
    }, 'frames go on coming');
  });

  check('says that nothing has come where nothing has', 2, (processes) => {
    const { writer, reader } = two(processes);
    assert.equal(reader.transport.poll(), false);
    const { frames } = reader.from(writer.id);
    reader.pollUntil(() => push(writer.channelTo(reader.id), dataFrame(random, 8, 0), random), 'room');
    reader.pollUntil(() => frames.length === 1, 'the frame arrives');
    reader.pollUntil(() => !reader.transport.poll(), 'it is quiet again');
  });

  check(
    'wakes a sleeper whenever a frame comes, before, while or after it falls asleep',
    2,
    async (processes) => {
      const { writer, reader } = two(processes);
      const channel = writer.channelTo(reader.id);
      const { frames } = reader.from(writer.id);
      for (let k = 0; k < 300; k++) {
        const frame = dataFrame(random, random.below(60), k);
        const send = (): void => {
          if (!push(channel, frame, random)) queueMicrotask(send);
        };
        const moment = random.below(4);
        if (moment === 0) send();
        if (random.chance(0.3)) reader.transport.poll();
        const woken = reader.asleep();
        if (moment === 1) send();
        else if (moment === 2) queueMicrotask(send);
        else if (moment === 3) setImmediate(send);
        // It may be woken for nothing, but never forgotten.
        for (let slept = woken; frames.length <= k; slept = reader.asleep()) {
          await slept;
          for (let polls = 0; polls < 3; polls++) reader.transport.poll();
          if (frames.length > k) break;
        }
        reader.transport.disarm();
        reader.transport.holdProcess(false);
      }
      assert.equal(frames.length, 300);
    },
  );

  check('wakes a writer that was refused when there is room', 2, async (processes) => {
    const { writer, reader } = two(processes);
    const { frames } = reader.from(writer.id);
    let pushed = 0;
    for (let round = 0; round < 20; round++) {
      pushed += fill(writer, reader);
      const woken = writer.asleep();
      setImmediate(() => {
        if (reader !== writer) reader.pollUntil(() => frames.length === pushed, 'everything arrives');
      });
      await woken;
      if (reader === writer) reader.pollUntil(() => frames.length === pushed, 'everything arrives');
      await turn();
    }
    assert.ok(pushed >= 20);
  });

  check('does not wake who has disarmed, and wakes only once', 2, async (processes) => {
    const { writer, reader } = two(processes);
    let wakes = 0;
    const count = (): void => {
      wakes++;
    };
    const channel = writer.channelTo(reader.id);
    const { frames } = reader.from(writer.id);
    reader.transport.poll();
    for (let round = 0; round < 50; round++) {
      reader.transport.arm(count);
      push(channel, dataFrame(random, 8, round), random);
      reader.transport.disarm();
      for (let turns = 0; turns < 3; turns++) await turn();
      assert.equal(wakes, 0, 'it was woken although it had disarmed');
      const before = frames.length;
      for (let polls = 0; polls < 100 && frames.length === before; polls++) reader.transport.poll();
    }
    reader.pollUntil(() => !reader.transport.poll(), 'it is quiet');
    const woken = reader.asleep();
    reader.pollUntil(() => push(channel, dataFrame(random, 8, 0), random), 'room');
    await woken;
  });

  if (fixture.processesMax > 1) checkSeveral();

  function checkSeveral(): void {
    check('carries frames from and to many processes at once', PEERS_MANY, async (processes) => {
      const sent = processes.map(() => processes.map(() => [] as Frame[]));
      const count = 150;
      const all = (reader: TestProcess, to: number): boolean =>
        processes.every((writer, from) => reader.from(writer.id).frames.length === sent[from]![to]!.length);
      for (let k = 0; k < count * PEERS_MANY; k++) {
        const [from, to] = [random.below(processes.length), random.below(processes.length)];
        const [writer, reader] = [processes[from]!, processes[to]!];
        const channel = writer.channelTo(reader.id);
        const frame = randomFrame(random, Math.min(200, channel.fragmentBytes));
        reader.pollUntil(() => push(channel, frame, random), 'room');
        sent[from]![to]!.push(frame);
        if (random.chance(0.3)) random.pick(processes).transport.poll();
      }
      // Some sleep until they have everything, some poll.
      await Promise.all(
        processes.map(async (reader, to) => {
          if (to % 2 === 0) {
            reader.pollUntil(() => all(reader, to), 'everything arrives');
            return;
          }
          while (!all(reader, to)) {
            await reader.asleep();
            for (let polls = 0; polls < 4; polls++) reader.transport.poll();
          }
        }),
      );
      for (const [to, reader] of processes.entries()) {
        for (const [from, writer] of processes.entries()) {
          const { frames } = reader.from(writer.id);
          for (const [k, frame] of frames.entries()) {
            assertSameFrame(frame, sent[from]![to]![k]!, `frame ${k} from ${from} to ${to}`);
          }
        }
      }
    });

    check(
      'forgets nobody of many processes that have more to say than it takes at once',
      PEERS_MANY,
      async (processes) => {
        const [reader, ...writers] = processes;
        assert.ok(reader !== undefined);
        const pushed = writers.map((writer) => {
          const channel = writer.channelTo(reader.id);
          let count = 0;
          while (count < 400 && push(channel, dataFrame(random, 8, count), random)) count++;
          return count;
        });
        const all = (): boolean =>
          writers.every((writer, k) => reader.from(writer.id).frames.length === pushed[k]);
        while (!all()) {
          await reader.asleep();
          reader.transport.poll();
        }
      },
    );

    for (const orderly of [true, false]) {
      const how = orderly ? 'leaves' : 'is lost';
      check(`tells of a peer that ${how} after all that it had sent`, 3, async (processes, end) => {
        const [writer, reader, other] = processes;
        assert.ok(writer !== undefined && reader !== undefined && other !== undefined);
        const channel = writer.channelTo(reader.id);
        const sent = Array.from({ length: 40 }, (_, k) => dataFrame(random, random.below(50), k));
        const recording = reader.from(writer.id);
        for (const frame of sent) reader.pollUntil(() => push(channel, frame, random), 'room');
        if (random.chance(0.5)) reader.transport.poll();
        end(0, orderly);
        while (recording.ends.length === 0) {
          await reader.asleep();
          for (let polls = 0; polls < 3; polls++) reader.transport.poll();
        }
        const [told] = recording.ends;
        assert.ok(told !== undefined);
        assert.equal(told.orderly, orderly);
        assert.notEqual(told.description, '');
        // Whoever is lost may take its last words along, but nothing from the middle.
        if (orderly) assert.equal(recording.frames.length, sent.length);
        for (const [k, frame] of recording.frames.entries()) assertSameFrame(frame, sent[k]!, `frame ${k}`);
        other.pollUntil(() => other.from(writer.id).ends.length > 0, 'the other process is told, too');
        for (let polls = 0; polls < 500; polls++) {
          reader.transport.poll();
          other.transport.poll();
        }
        assert.deepEqual([recording.ends.length, other.from(writer.id).ends.length], [1, 1]);
        // The others go on.
        const again = other.channelTo(reader.id);
        reader.pollUntil(() => push(again, dataFrame(random, 8, 1), random), 'room');
        reader.pollUntil(
          () => reader.from(other.id).frames.length === 1,
          'a frame of the other process arrives',
        );
      });
    }
  }

  check('hands nothing over after it was closed', 2, async (processes) => {
    const { writer, reader } = two(processes);
    const channel = writer.channelTo(reader.id);
    push(channel, dataFrame(random, 8, 0), random);
    let woken = false;
    reader.transport.arm(() => {
      woken = true;
    });
    reader.transport.close();
    push(channel, dataFrame(random, 8, 0), random);
    for (let turns = 0; turns < 5; turns++) {
      assert.equal(reader.transport.poll(), false);
      await turn();
    }
    assert.equal(woken, false);
    assert.equal(reader.from(writer.id).frames.length, 0);
    channel.close();
    assert.equal(push(channel, dataFrame(random, 8, 0), random), false, 'a closed channel took a frame');
  });

  checkLending(check);
}
