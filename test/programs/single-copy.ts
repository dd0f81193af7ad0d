/** Long messages, which may be copied by their receiver from where they lie: whole, in part, late, given up, and out of turn. */
import assert from 'node:assert/strict';
import { COMM_WORLD as world, type Request, waitAllSync } from 'parley';
import { failure, runCases } from './support/cases.ts';
import { isFirst, partner } from './support/pairs.ts';

const LENGTHS: readonly number[] = [65_537, 2 ** 19, 2 ** 21 + 1];
/** More than the turns in which the ways of sending are compared. */
const TURNS = 10;
/** Of giving up, which each time comes at another moment. */
const GIVING_UP_TURNS = 6;

const LONGEST = 6 * 2 ** 20;
const SEEDS = 300;
const base = new Uint8Array(LONGEST + SEEDS);
for (let k = 0; k < base.length; k++) base[k] = (k * 7 + (k >> 12)) % 251;
const patterned = (length: number, seed: number): Uint8Array => base.slice(seed, seed + length);

function assertPattern(data: Uint8Array, length: number, seed: number): void {
  assert.equal(
    Buffer.compare(data.subarray(0, length), patterned(length, seed)),
    0,
    `${length} bytes, ${seed}`,
  );
}

await runCases({
  'a message of any length comes whole, time after time': async (way) => {
    for (const length of LENGTHS) {
      const data = patterned(length, 0);
      const room = new Uint8Array(length + 10);
      for (let turn = 0; turn < TURNS; turn++) {
        if (isFirst) {
          data.set(patterned(length, turn));
          await way.call(world, 'send', data, partner, 1);
          // It may be changed now.
          data.fill(255);
          await way.call(world, 'recvInto', room, partner, 2);
          continue;
        }
        const { bytes } = await way.call(world, 'recvInto', room, partner, 1);
        assert.equal(bytes, length);
        assertPattern(room, length, turn);
        assert.ok(room.subarray(length).every((byte) => byte === 0));
        await way.call(world, 'send', new Uint8Array(0), partner, 2);
      }
    }
  },
  'both directions at once, several at once, and short ones between': async (way) => {
    const outgoing = LENGTHS.map((length, k) => patterned(length, k));
    const rooms = LENGTHS.map((length) => new Uint8Array(length));
    for (let turn = 0; turn < TURNS; turn++) {
      for (const room of rooms) room.fill(0);
      const receives = rooms.map((room, k) => world.recvInto(room, partner, k));
      const sends = outgoing.flatMap((data, k) => [
        world.send(data, partner, k),
        world.send(turn * 100 + k, partner, 100),
      ]);
      const requests: Request<unknown>[] = [...receives, ...sends];
      if (way.blocks) waitAllSync(requests);
      else await Promise.all(requests);
      for (const [k, room] of rooms.entries()) {
        assertPattern(room, room.length, k);
        assert.equal((await way.call(world, 'recv', partner, 100)).data, turn * 100 + k);
      }
    }
  },
  'values, and messages that come before their receive': async (way) => {
    const value = { text: 'x'.repeat(300_000), list: Float64Array.from({ length: 50_000 }, (_, k) => k / 3) };
    for (let turn = 0; turn < TURNS; turn++) {
      if (isFirst) {
        const request = world.ssend({ ...value, turn }, partner, 3);
        await way.call(world, 'send', 'it is on its way', partner, 4);
        await way.wait(request);
      } else {
        await way.call(world, 'recv', partner, 4);
        const { data } = await way.call(world, 'recv', partner, 3);
        assert.deepEqual(data, { ...value, turn });
      }
    }
  },
  'a message that is too long for its buffer': async (way) => {
    const length = 400_000;
    for (const room of [10, 50_000, 399_999]) {
      for (let turn = 0; turn < TURNS; turn++) {
        if (isFirst) {
          await way.call(world, 'send', patterned(length, turn), partner, 5);
        } else {
          const memory = new Uint8Array(room + 100);
          const target = memory.subarray(50, 50 + room);
          await failure('MPI_ERR_TRUNCATE', () => way.call(world, 'recvInto', target, partner, 5));
          assertPattern(target, room, turn);
          assert.ok(memory.subarray(0, 50).every((byte) => byte === 0));
          assert.ok(memory.subarray(50 + room).every((byte) => byte === 0));
        }
      }
    }
  },
  'a sum of long buffers': async (way) => {
    for (let turn = 0; turn < TURNS; turn++) {
      const numbers = Float64Array.from({ length: 50_000 }, (_, k) => k + turn + world.rank);
      const sum = new Float64Array(numbers.length);
      await way.call(world, 'allreduceInto', numbers, sum);
      const { size } = world;
      assert.ok(sum.every((value, k) => value === size * (k + turn) + (size * (size - 1)) / 2));
    }
  },
  'a receive that gives up in the middle loses nothing': async (way) => {
    const length = LONGEST;
    const data = patterned(length, 1);
    for (let turn = 0; turn < GIVING_UP_TURNS; turn++) {
      if (isFirst) {
        await way.call(world, 'send', data, partner, 6);
      } else {
        const abort = new AbortController();
        const given = new Uint8Array(length);
        const receive = world.recvInto(given, partner, 6, { signal: abort.signal });
        // As soon as the first bytes are there.
        while (!receive.done && given[0] === 0) receive.test();
        abort.abort(new Error('enough'));
        const outcome = await receive.then(
          () => 'whole',
          () => 'given up',
        );
        const before = given.slice(length - 100);
        const room = outcome === 'whole' ? given : new Uint8Array(length);
        if (outcome !== 'whole') await way.call(world, 'recvInto', room, partner, 6);
        assertPattern(room, length, 1);
        // What was given back belongs to the program.
        assert.deepEqual(given.slice(length - 100), before);
      }
    }
  },
  'a send that gives up is received whole or not at all': async (way) => {
    const length = 3 * 2 ** 20;
    for (let turn = 0; turn < GIVING_UP_TURNS; turn++) {
      if (isFirst) {
        const data = patterned(length, turn);
        const abort = new AbortController();
        const send = world.send(data, partner, 7, { signal: abort.signal });
        for (let polls = 0; polls < turn * 66; polls++) send.test();
        abort.abort(new Error('enough'));
        const sent = await send.then(
          () => true,
          () => false,
        );
        data.fill(0);
        await way.call(world, 'send', sent, partner, 8);
        await way.call(world, 'recv', partner, 9);
      } else {
        const room = new Uint8Array(length);
        const receive = world.recvInto(room, partner, 7);
        const sent = (await way.call(world, 'recv', partner, 8)).data as boolean;
        if (sent) await way.wait(receive);
        // It may have matched what is just being taken back, and waits again as soon as that is known.
        else while (!receive.cancel()) receive.status();
        if (sent) assertPattern(room, length, turn);
        else assert.ok(room.every((byte) => byte === 0));
        // The next turn's message must not come to this turn's receive.
        await way.call(world, 'send', turn, partner, 9);
      }
    }
  },
});
