/** Every argument that is wrong is refused by a sentence: what was attempted, with what, what is wanted, the class. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as MPI from 'parley';

const world = MPI.COMM_WORLD;
const array = new Int32Array(1);
const text = 'text' as never;
const none = undefined as never;

/** The same view, whose memory somebody else has. */
function gone<V extends MPI.TypedArray | DataView>(view: V): V {
  structuredClone(view.buffer, { transfer: [view.buffer as ArrayBuffer] });
  return view;
}

function goneMemory(): ArrayBuffer {
  const memory = new ArrayBuffer(8);
  structuredClone(memory, { transfer: [memory] });
  return memory;
}

/** A view that reaches beyond its memory. */
function shrunk(): Uint8Array {
  // The compiler's library does not know them yet.
  const memory = Reflect.construct(ArrayBuffer, [16, { maxByteLength: 16 }]) as ArrayBuffer & {
    resize(byteLength: number): void;
  };
  const view = new Uint8Array(memory, 8, 8);
  memory.resize(4);
  return view;
}

/** Memory that nobody touches costs none. */
const tooLong = (): Uint8Array => new Uint8Array(2 ** 31 + 8);

type Row = readonly [call: () => unknown, code: string, message: RegExp];

const TABLE: Readonly<Record<string, readonly Row[]>> = {
  'destinations that are no rank': [
    [
      () => world.send(1, 7),
      'MPI_ERR_RANK',
      /^Cannot send to rank 7 of "MPI_COMM_WORLD": it has 1 process, rank 0 /,
    ],
    [() => world.send(1, -1), 'MPI_ERR_RANK', /^Cannot send to rank -1 /],
    [() => world.send(1, 0.5), 'MPI_ERR_RANK', /^Cannot send to rank 0\.5 /],
    [() => world.send(1, undefined as never), 'MPI_ERR_RANK', /^Cannot send to rank undefined /],
    [() => world.send(1, '0' as never), 'MPI_ERR_RANK', /^Cannot send to rank "?0/],
    [() => world.send(1, MPI.ANY_SOURCE), 'MPI_ERR_RANK', /^Cannot send to rank -1 /],
    [() => world.sendSync(1, 1), 'MPI_ERR_RANK', /^Cannot send to rank 1 /],
    [() => world.ssend(1, 1), 'MPI_ERR_RANK', /^Cannot send synchronously to rank 1 /],
    [() => world.ssendSync(1, NaN), 'MPI_ERR_RANK', /^Cannot send synchronously to rank NaN /],
    [() => world.rsend(1, 1), 'MPI_ERR_RANK', /^Cannot send.* to rank 1 /],
    [() => world.bsend(1, 1), 'MPI_ERR_RANK', /^Cannot send buffered to rank 1 /],
    [() => world.sendrecv(1, 1, 0, 0, 0), 'MPI_ERR_RANK', /^Cannot send to rank 1 /],
    [() => MPI.COMM_SELF.send(1, 1), 'MPI_ERR_RANK', /of "MPI_COMM_SELF"/],
  ],
  'sources that are no rank': [
    [
      () => world.recv(1),
      'MPI_ERR_RANK',
      /^Cannot receive from rank 1 of "MPI_COMM_WORLD": .*; or ANY_SOURCE /,
    ],
    [() => world.recvSync(-5), 'MPI_ERR_RANK', /^Cannot receive from rank -5 /],
    [() => world.recvInto(array, 1), 'MPI_ERR_RANK', /^Cannot receive from rank 1 /],
    [() => world.recvIntoSync(array, NaN), 'MPI_ERR_RANK', /^Cannot receive from rank NaN /],
    [() => world.probe(1), 'MPI_ERR_RANK', /^Cannot probe from rank 1 /],
    [() => world.iprobe(1), 'MPI_ERR_RANK', /^Cannot probe from rank 1 /],
    [() => world.mprobe(1), 'MPI_ERR_RANK', /^Cannot probe from rank 1 /],
    [() => world.improbe(1), 'MPI_ERR_RANK', /^Cannot probe from rank 1 /],
    [() => world.messages({ source: 1 }).next(), 'MPI_ERR_RANK', /^Cannot receive from rank 1 /],
    [() => world.sendrecvSync(1, 0, 0, 1, 0), 'MPI_ERR_RANK', /^Cannot receive from rank 1 /],
  ],
  'tags that are none': [
    [
      () => world.send(1, 0, -1),
      'MPI_ERR_TAG',
      /^Cannot send with tag -1 on "MPI_COMM_WORLD": a whole number from 0 to 2147483647 is wanted \(/,
    ],
    [() => world.send(1, 0, 2 ** 31), 'MPI_ERR_TAG', /^Cannot send with tag 2147483648 /],
    [() => world.send(1, 0, MPI.ANY_TAG), 'MPI_ERR_TAG', /^Cannot send with tag -31 /],
    [() => world.send(1, 0, 1.5), 'MPI_ERR_TAG', /^Cannot send with tag 1\.5 /],
    [() => world.send(1, 0, text), 'MPI_ERR_TAG', /^Cannot send with tag "?text/],
    [() => world.recv(0, -2), 'MPI_ERR_TAG', /^Cannot receive with tag -2 .* is wanted, or ANY_TAG /],
    [() => world.recvInto(array, 0, NaN), 'MPI_ERR_TAG', /^Cannot receive with tag NaN /],
    [() => world.probe(0, 2 ** 32), 'MPI_ERR_TAG', /^Cannot probe with tag 4294967296 /],
    [() => world.sendrecv(1, 0, -1, 0, 0), 'MPI_ERR_TAG', /^Cannot send with tag -1 /],
    [() => world.sendrecv(1, 0, 0, 0, -1), 'MPI_ERR_TAG', /^Cannot receive with tag -1 /],
  ],
  'buffers that are none': [
    [
      () => world.recvInto(text),
      'MPI_ERR_BUFFER',
      /^Cannot receive on "MPI_COMM_WORLD": the buffer is a string; a typed array, ArrayBuffer or DataView is wanted /,
    ],
    [() => world.recvIntoSync(null as never), 'MPI_ERR_BUFFER', /the buffer is null;/],
    [() => world.recvInto([1, 2] as never), 'MPI_ERR_BUFFER', /the buffer is an object of class Array;/],
    [() => world.recvInto({} as never), 'MPI_ERR_BUFFER', /the buffer is an object of class Object;/],
    [
      () => world.sendrecvInto(text, 0, 0, array, 0, 0),
      'MPI_ERR_BUFFER',
      /^Cannot send on .*the buffer is a string;/,
    ],
    [
      () => world.sendrecvInto(array, 0, 0, text, 0, 0),
      'MPI_ERR_BUFFER',
      /^Cannot receive on .*the buffer is a string;/,
    ],
  ],
  'buffers whose memory is gone': [
    [
      () => world.send(gone(new Uint8Array(8)), 0),
      'MPI_ERR_BUFFER',
      /^Cannot send on "MPI_COMM_WORLD": the memory of the Uint8Array was transferred elsewhere/,
    ],
    [() => world.sendSync(gone(new Float64Array(8)), 0), 'MPI_ERR_BUFFER', /of the Float64Array was/],
    [() => world.bsend(gone(new DataView(new ArrayBuffer(8))), 0), 'MPI_ERR_BUFFER', /of the DataView was/],
    [() => world.ssend(goneMemory(), 0), 'MPI_ERR_BUFFER', /of the ArrayBuffer was/],
    [() => world.send(shrunk(), 0), 'MPI_ERR_BUFFER', /or made shorter than it reaches;/],
    [
      () => world.recvInto(gone(new Int32Array(8))),
      'MPI_ERR_BUFFER',
      /^Cannot receive .*of the Int32Array was/,
    ],
    [() => world.recvIntoSync(gone(new DataView(new ArrayBuffer(8)))), 'MPI_ERR_BUFFER', /of the DataView/],
    [() => world.recvIntoSync(shrunk()), 'MPI_ERR_BUFFER', /made shorter/],
    [
      () => world.sendrecvInto(array, 0, 0, shrunk(), 0, 0),
      'MPI_ERR_BUFFER',
      /^Cannot receive .*made shorter/,
    ],
    [
      () => world.bcastInto(gone(new Uint8Array(8))),
      'MPI_ERR_BUFFER',
      /^Cannot broadcast .*of the Uint8Array/,
    ],
    [() => world.bcastIntoSync(gone(new DataView(new ArrayBuffer(8)))), 'MPI_ERR_BUFFER', /of the DataView/],
    [() => world.reduceInto(gone(new Int8Array(8)), array), 'MPI_ERR_BUFFER', /^Cannot reduce .*Int8Array/],
    [() => world.allreduceIntoSync(array, gone(new Int32Array(1))), 'MPI_ERR_BUFFER', /of the Int32Array/],
    [
      () => world.allgatherIntoSync(gone(new DataView(new ArrayBuffer(8))), array),
      'MPI_ERR_BUFFER',
      /^Cannot allgather .*of the DataView/,
    ],
  ],
  'messages that are longer than one can be': [
    [
      () => world.bcastIntoSync(tooLong()),
      'MPI_ERR_COUNT',
      /^Cannot broadcast 2147483656 bytes on "MPI_COMM_WORLD": a message has 2147483648 at most; do it in parts /,
    ],
    [() => world.gatherInto(tooLong(), array), 'MPI_ERR_COUNT', /^Cannot gather 2147483656 bytes /],
    [() => world.alltoallInto(tooLong(), tooLong()), 'MPI_ERR_COUNT', /^Cannot alltoall 2147483656 bytes /],
    [() => world.scattervInto(tooLong(), [2 ** 31 + 8], [0], array), 'MPI_ERR_COUNT', /^Cannot scatter /],
    [() => world.allreduceInto(tooLong(), tooLong()), 'MPI_ERR_COUNT', /^Cannot allreduce 2147483656 bytes /],
  ],
  'buffers of collectives that were left out': [
    [() => world.bcastIntoSync(none), 'MPI_ERR_BUFFER', /^Cannot broadcast on .*the buffer is undefined;/],
    [() => world.gatherIntoSync(none, none), 'MPI_ERR_BUFFER', /^Cannot gather on .*undefined;/],
    [() => world.allgatherIntoSync(none, array), 'MPI_ERR_BUFFER', /^Cannot allgather on .*undefined;/],
    [() => world.alltoallIntoSync(none, none), 'MPI_ERR_BUFFER', /^Cannot alltoall on .*undefined;/],
    [() => world.reduceIntoSync(none, none), 'MPI_ERR_BUFFER', /^Cannot reduce on .*undefined;/],
    [() => world.allreduceIntoSync(none, none), 'MPI_ERR_BUFFER', /^Cannot allreduce on .*undefined;/],
    [() => world.allreduceIntoSync(array, none), 'MPI_ERR_BUFFER', /^Cannot allreduce on .*undefined;/],
  ],
  'values that cannot travel': [
    [
      () => world.send(() => 1, 0),
      'MPI_ERR_TYPE',
      /^Cannot send to rank 0 of "MPI_COMM_WORLD" with tag 0: .*function.* instead|function/,
    ],
    [() => world.send({ a: [{ b: Symbol('s') }] }, 0, 5), 'MPI_ERR_TYPE', /with tag 5: .*symbol/],
    [() => world.bsend(new WeakMap(), 0), 'MPI_ERR_TYPE', /WeakMap/],
    [() => world.sendSync(Promise.resolve(), 0), 'MPI_ERR_TYPE', /Promise.*await it first/],
  ],
  'wait options that are none': [
    [
      () => world.recv(0, 0, { timeout: -1 }),
      'MPI_ERR_ARG',
      /^Cannot receive from rank 0 with tag 0 on "MPI_COMM_WORLD": timeout is -1; milliseconds/,
    ],
    [
      () => world.probe(-1, -31, { timeout: NaN }),
      'MPI_ERR_ARG',
      /^Cannot probe from any source with any tag on .*: timeout is NaN;/,
    ],
    [() => world.send(1, 0, 0, { timeout: -1 }), 'MPI_ERR_ARG', /^Cannot send to rank 0 .*timeout is -1;/],
    [() => world.recv(MPI.PROC_NULL, 0, { timeout: -1 }), 'MPI_ERR_ARG', /timeout is -1;/],
    [() => world.recv(0, 0, { signal: text }), 'MPI_ERR_ARG', /an AbortSignal is wanted/],
  ],
  'lists that are none of requests': [
    [
      () => MPI.waitAllSync([null as never]),
      'MPI_ERR_REQUEST',
      /^Cannot waitAllSync: element 0 is null; requests that operations returned are wanted /,
    ],
    [
      () => MPI.testAny([world.recv(MPI.PROC_NULL), 5 as never]),
      'MPI_ERR_REQUEST',
      /^Cannot testAny: element 1 is number;/,
    ],
  ],
  'arguments of collectives': [
    [
      () => world.bcast(1, 1),
      'MPI_ERR_ROOT',
      /^Cannot broadcast with root 1 on "MPI_COMM_WORLD": it has 1 process, rank 0 /,
    ],
    [() => world.gatherSync(1, -1), 'MPI_ERR_ROOT', /^Cannot gather with root -1 /],
    [() => world.reduce(1, MPI.SUM, NaN), 'MPI_ERR_ROOT', /^Cannot reduce with root NaN /],
    [() => world.allreduceSync('text'), 'MPI_ERR_OP', /^Cannot apply SUM to .*string/],
    [() => world.allreduce(1, text), 'MPI_ERR_OP', /^Cannot allreduce with .*createOp is wanted/],
    [
      () => world.gatherInto(array, null),
      'MPI_ERR_BUFFER',
      /^Cannot gather on .*the buffer is null; a typed array/,
    ],
    [() => world.reduceInto(array, null), 'MPI_ERR_BUFFER', /^Cannot reduce .*no receive buffer is given/],
    [() => world.split(-5), 'MPI_ERR_ARG', /^Cannot split "MPI_COMM_WORLD" by color -5 .* or UNDEFINED/],
    [() => world.split(0, 0.5), 'MPI_ERR_ARG', /key 0\.5/],
    [
      () => MPI.createOp(5 as never),
      'MPI_ERR_OP',
      /^Cannot create an operation of a number: a function of two values is wanted/,
    ],
  ],
  'questions to the environment': [
    [() => MPI.errorClass('MPI_ERR_NONSENSE'), 'MPI_ERR_ARG', /"MPI_ERR_NONSENSE"/],
    [() => MPI.errorString(-5), 'MPI_ERR_ARG', /-5/],
    [() => world.getAttr({ name: 'forged' }), 'MPI_ERR_KEYVAL', /createKeyval/],
    [() => world.setAttr(MPI.TAG_UB, 1), 'MPI_ERR_KEYVAL', /TAG_UB: it is predefined/],
    [() => MPI.freeKeyval(MPI.APPNUM), 'MPI_ERR_KEYVAL', /APPNUM: it is predefined/],
  ],
};

for (const [title, rows] of Object.entries(TABLE)) {
  describe(title, () => {
    for (const [call, code, message] of rows) {
      it(`are refused: ${String(call).replace(/^\(\) => /, '')}`, async () => {
        await assert.rejects(
          async () => await call(),
          (error: unknown) => {
            assert.ok(error instanceof MPI.MPIError, `an MPIError is wanted where ${String(error)} came`);
            assert.deepEqual([error.code, error.errorClass], [code, MPI.errorClass(code)]);
            assert.match(error.message, message);
            assert.ok(
              error.message.startsWith('Cannot ') && error.message.endsWith(` (${code})`),
              error.message,
            );
            return true;
          },
        );
        assert.equal(world.iprobe(), undefined, 'something was sent');
      });
    }
  });
}
