import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ValueCodec } from '#wire/value-codec.js';

/** What no encoder writes: bytes in hexadecimal, and what the error says. */
const MALFORMED: readonly (readonly [title: string, bytes: string, message: RegExp])[] = [
  ['nothing at all', '', /ends within itself/],
  ['a mode without a value', '00', /ends within itself/],
  ['an unknown mode', '0207', /begins with 2/],
  ['more than a value', '000707', /1 bytes follow it/],
  ['an unknown tag', '00ff', /255 begins no value/],
  ['an end of nothing', '00c5', /197 begins no value/],
  ['a hole as the whole value', '00c4', /196 begins no value/],
  ['a number cut short', '00c80000', /8 bytes announced, 2 left/],
  ['a string cut short', '0085616263', /5 bytes announced, 3 left/],
  ['a long string cut short', '00cc8080808001', /268435456 bytes announced, 0 left/],
  ['a string of two-byte units cut short', '00cd026162', /4 bytes announced, 2 left/],
  ['a length without an end', '00ccffffffffffffffffff', /a length of more than 49 bits/],
  ['a bigint without digits', '00ca00', /a bigint without digits/],
  ['a bigint of gigabytes', '00ca8080808008', /bytes announced/],
  ['an array of billions', '00ce80808080100101', /items announced, more than its bytes can hold/],
  ['arrays that each announce all that follows', `00${'ce20'.repeat(30)}`, /items announced, more than/],
  ['an array of holes of which some are missing', '00a3c4c4', /ends within itself/],
  ['an array longer than any', '00cf808080808001c5', /an array of 34359738368 items/],
  ['an array that sets its own length', '00cf05866c656e6774687fc5', /an array whose length is an item/],
  ['an array with items beyond its length', '00cf01813507c5', /an array of 1 items with more than these/],
  ['an array with a key that is no string', '00cf01070707c5', /something else where a string is wanted/],
  ['an object that ends within a key', '00d2', /something else|ends within itself/],
  ['an object whose keys are cut short', '00d005028161', /5 bytes announced/],
  ['keys shorter than announced', '00d00401816100', /keys of another length/],
  ['keys of no string', '00d0020107ff', /a key that is no string/],
  ['a shape of thousands of keys', '00d003ff7f80', /items announced/],
  ['a shape that was not there', '00d100', /an object of shape 0, which it does not have/],
  ['a reference in a message that has none', '00a1da00', /a reference to object 0/],
  ['a reference to what comes later', '01a2da01a0', /a reference to object 1/],
  ['a regular expression that is none', '00d6815b80', /no regular expression/],
  ['a regular expression with flags that are none', '00d68161817a', /no regular expression/],
  ['an error of an unknown class', '00d70900', /an error of an unknown kind/],
  ['an error with unknown parts', '00d70010', /an error of an unknown kind/],
  ['a wrapper of an object', '00d8a0', /a wrapper object of no primitive/],
  ['a wrapper of nothing', '00d8c1', /a wrapper object of no primitive/],
  ['wrappers of wrappers', `00${'d8'.repeat(100_000)}`, /a wrapper object of no primitive/],
  ['a buffer of an unknown class', '00d96300', /unknown element type/],
  ['a buffer of class 0', '00d900080000000000000000', /as a buffer of type value/],
  ['half an element', '00d90903000000', /3 bytes as a buffer of type Float64Array/],
  ['a buffer of terabytes', '00d90280808080808001', /bytes announced/],
  ['arrays too deep', `00${'a1'.repeat(100_000)}`, /more than 64 levels/],
  ['objects too deep', `00d003018161${'d100'.repeat(100_000)}`, /more than 64 levels/],
  ['Maps too deep', `00${'d3'.repeat(100_000)}`, /more than 64 levels/],
  ['Sets too deep', `00${'d4'.repeat(100_000)}`, /more than 64 levels/],
  ['causes too deep', `00${'d70004'.repeat(100_000)}`, /more than 64 levels/],
  ['a deferred value that is no container', '00db07', /a deferred container of kind 7/],
  ['a deferred container without content', '00dbce', /ends within itself/],
  ['a deferred array whose content is an object', '00dbced2c5', /content of another kind than its container/],
  ['a deferred object whose content is an array', '00dbd2a0', /content of another kind than its container/],
  ['a deferred Map whose content is an object', '00dbd3d2c5', /content of another kind than its container/],
  ['a deferred Set whose content has a shape', '00dbd4d00100', /content of another kind than its container/],
  ['a deferred Map whose content is a Set', '00dbd3d4c5', /content of another kind than its container/],
];

describe('A malformed value is an error that says what is wrong with it:', () => {
  for (const [title, hexadecimal, message] of MALFORMED) {
    test(title, () => {
      const codec = new ValueCodec();
      const bytes = Buffer.from(hexadecimal, 'hex');
      for (let round = 0; round < 2; round++) {
        assert.throws(() => codec.decode(bytes), { name: 'Error', message });
        assert.throws(() => codec.decode(bytes), { message: /^malformed value: / });
      }
      // And the codec is as good as before.
      const length = codec.encode({ a: [1, { a: 2 }] });
      assert.deepEqual(codec.decode(codec.bytes, 0, length), { a: [1, { a: 2 }] });
    });
  }
});

test(
  'A Float16Array that this runtime has not is an error that says so',
  { skip: 'Float16Array' in globalThis },
  () => {
    assert.throws(() => new ValueCodec().decode(Buffer.from('00d91002003c', 'hex')), /no such class/);
  },
);

test('A range outside the buffer is an error of the caller’s', () => {
  const codec = new ValueCodec();
  const bytes = Uint8Array.of(0, 7);
  for (const [start, end] of [
    [-1, 2],
    [0, 3],
    [2, 1],
    [NaN, 2],
    [0, NaN],
  ] as const) {
    assert.throws(() => codec.decode(bytes, start, end), RangeError);
  }
});

test('Keys never reach a prototype', () => {
  const codec = new ValueCodec();
  const key = `89${Buffer.from('__proto__').toString('hex')}`;
  for (const bytes of [`00d2${key}d2818007c5c5`, `00d00b01${key}d2818007c5`, `00cf00${key}d2818007c5c5`]) {
    const value = codec.decode(Buffer.from(bytes, 'hex')) as Record<string, unknown>;
    assert.ok(Object.getPrototypeOf(value) === (Array.isArray(value) ? Array.prototype : Object.prototype));
    assert.deepEqual(Object.getOwnPropertyDescriptor(value, '__proto__')?.value, { '\x80': 7 });
  }
  assert.equal(Object.keys(Object.prototype).length, 0);
});

/** Few bytes that announce much: the title, the bytes, what they may make the heap grow by at most. */
const GREEDY: readonly (readonly [title: string, bytes: Buffer, growthMax: number])[] = [
  ['a sparse array of thirty million', Buffer.from('00cf80c3d70e81350' + '7c5', 'hex'), 1e6],
  ['a sparse array of four billion', Buffer.from('00cfffffffff0f813507c5', 'hex'), 1e6],
  ['a far index', Buffer.from('00cfffffffff0f8833303030303030' + '3007c5', 'hex'), 1e6],
  ['a far index of an object', Buffer.from('00d288333030303030303007c5', 'hex'), 1e6],
  ['nested arrays that each announce a share', nestedClaims(1 << 16), 20e6],
  ['a thousand sparse arrays', sparseArrays(1000), 10e6],
  [
    'a hundred thousand errors',
    Buffer.concat([Buffer.from('00d4', 'hex'), Buffer.alloc(300_000, 'd70000', 'hex')]),
    120e6,
  ],
];

describe('Few bytes never take much memory:', () => {
  for (const [title, bytes, growthMax] of GREEDY) {
    test(title, () => {
      const codec = new ValueCodec();
      const before = memoryUsed();
      let value: unknown;
      try {
        value = codec.decode(bytes);
      } catch (error) {
        assert.match(String(error), /malformed value/);
      }
      const growth = memoryUsed() - before;
      assert.ok(growth < growthMax, `${String(bytes.length)} bytes took ${String(growth)}`);
      assert.ok(value !== 0);
    });
  }
});

function memoryUsed(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Arrays inside arrays, each of which claims as many items as there are bytes. */
function nestedClaims(bytes: number): Buffer {
  const claims = Buffer.alloc(bytes, 'ce808002', 'hex');
  claims[0] = 0;
  return Buffer.concat([Buffer.of(0), claims.subarray(4)]);
}

function sparseArrays(count: number): Buffer {
  return Buffer.concat([
    Buffer.from('00d4', 'hex'),
    Buffer.alloc(7 * count, 'cf80c3d70ec5c0', 'hex'),
    Buffer.of(0xc5),
  ]);
}
