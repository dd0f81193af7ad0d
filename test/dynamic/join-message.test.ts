/** What comes by a socket that is to be joined may be anything: no crash, no hang, nothing kept. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeJoinMessage, type JoinMessage, readJoinMessage } from '#dynamic/join-message.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import { forSeeds } from '../simulated/seeds.ts';

const RUNS = 20_000;
/** A message and more: whatever is longer is refused before it is there. */
const BYTES_MAX = 5000;

const HELLO: JoinMessage = {
  kind: 'hello',
  nonce: 'ab'.repeat(16),
  process: `${'0f'.repeat(16)}.3`,
  contextId: { high: -5, low: 1 << 20 },
  host: 'höst "one"',
  bootId: '1-2-3',
  userId: 1000,
  base: '/dev/shm/parley-1000',
  device: '22',
  inode: '9007199254740993',
};
const VERDICT: JoinMessage = { kind: 'verdict', nonce: 'cd'.repeat(16), why: '' };
const CORPUS = [HELLO, VERDICT, { ...VERDICT, why: 'it is on another höst 水' }];

test('a message is read as it was written, wherever the socket has cut it', () => {
  for (const message of CORPUS) {
    const bytes = encodeJoinMessage(message);
    assert.match(bytes.toString('latin1'), /^[\x20-\x7e]+$/);
    for (let cut = 0; cut < bytes.length; cut++)
      assert.deepEqual(readJoinMessage(bytes.subarray(0, cut)), { type: 'more' });
    const behind = Buffer.concat([bytes, Buffer.from('and more')]);
    assert.deepEqual(readJoinMessage(behind), { type: 'message', message, bytes: bytes.length });
  }
});

test('what is no message is refused at its first wrong byte, and nobody waits for the rest', () => {
  const refusals: readonly (readonly [string, RegExp])[] = [
    ['G', /does not join/],
    ['PARLEYJOI ', /does not join/],
    ['PARLEYJOIN0020001', /another version/],
    ['PARLEYJOIN0019999', /more than there is/],
    ['PARLEYJOIN001-001', /more than there is/],
    ['PARLEYJOIN0010002{}', /no parley of this version/],
    ['PARLEYJOIN0010004null', /no parley of this version/],
  ];
  for (const [text, why] of refusals) {
    const reading = readJoinMessage(Buffer.from(text, 'latin1'));
    assert.ok(reading.type === 'refused' && why.test(reading.why), text);
  }
});

test('random and changed bytes end in a message, a refusal, or a wish for a bounded number of others', async () => {
  await forSeeds(1, (seed) => {
    const random = new SeededRandom(seed);
    const whole = CORPUS.map((message) => encodeJoinMessage(message));
    for (let run = 0; run < RUNS; run++) {
      const bytes = random.chance(0.2) ? noise(random) : changed(random, whole[random.below(whole.length)]!);
      const reading = readJoinMessage(bytes);
      if (reading.type === 'message') assert.ok(reading.bytes <= bytes.length, `seed ${seed}`);
      else if (reading.type === 'more') {
        const filled = Buffer.concat([bytes, Buffer.alloc(BYTES_MAX, 0x20)]);
        assert.notEqual(readJoinMessage(filled).type, 'more', `seed ${seed}: ${bytes.toString('latin1')}`);
      }
    }
    return Promise.resolve();
  });
});

const noise = (random: SeededRandom): Buffer =>
  Buffer.from(Array.from({ length: random.below(60) }, () => random.below(256)));

function changed(random: SeededRandom, original: Buffer): Buffer {
  const bytes = [...original];
  for (let times = 1 + random.below(4); times > 0; times--) {
    const at = random.below(bytes.length + 1);
    const kind = random.below(4);
    if (kind === 0) bytes[Math.min(at, bytes.length - 1)] = random.below(256);
    else if (kind === 1) bytes.splice(at, 1 + random.below(3));
    else if (kind === 2) bytes.splice(at, 0, random.below(256));
    else bytes.length = Math.max(1, at);
    if (bytes.length === 0) bytes.push(0);
  }
  return Buffer.from(bytes);
}
