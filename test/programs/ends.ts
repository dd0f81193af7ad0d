/**
 * The end of a program with something still to be done, in the way that its argument names. Rank 0 ends; rank 1
 * receives only after rank 0 has said that it goes, and checks that everything comes; further ranks look on.
 */
import assert from 'node:assert/strict';
import {
  ANY_SOURCE,
  COMM_SELF,
  COMM_WORLD as world,
  type ErrorHandler,
  ERRORS_ABORT,
  ERRORS_ARE_FATAL,
  finalize,
  openPortSync,
  type Request,
} from 'parley';
import { failure } from './support/cases.ts';

const LENGTHS = [1, 100, 60_000, 3_000_000, 0, 70_000];
const LEAVING = 9;
const dataOf = (index: number): Uint8Array => new Uint8Array(LENGTHS[index] ?? 0).fill(index + 1);

function sendAll(): Request[] {
  return LENGTHS.map((_, index) => world.send(dataOf(index), 1, 1));
}

async function receiveAll(): Promise<void> {
  const leaving = await world.recv(0, LEAVING);
  assert.equal(leaving.data, 'leaving');
  for (const index of LENGTHS.keys()) {
    const { data } = await world.recv(0, 1);
    assert.deepEqual(data, dataOf(index));
  }
  console.log('ok everything came');
}

/** What rank 0 and rank 1 do. */
const ENDS: Readonly<Record<string, readonly [() => unknown, () => unknown]>> = {
  /** Runs off its end. */
  unawaited: [
    () => {
      sendAll();
      void world.send('leaving', 1, LEAVING);
    },
    receiveAll,
  ],
  buffered: [
    () => {
      world.bsend('leaving', 1, LEAVING);
      for (const index of LENGTHS.keys()) world.bsend(dataOf(index), 1, 1);
    },
    receiveAll,
  ],
  exit: [
    () => {
      sendAll();
      world.sendSync('leaving', 1, LEAVING);
      process.exit(0);
    },
    receiveAll,
  ],
  finalize: [
    async () => {
      sendAll();
      world.sendSync('leaving', 1, LEAVING);
      await finalize();
      process.exit(0);
    },
    receiveAll,
  ],
  /** Its code is its own, though there is something to be delivered. */
  'exit-code': [
    () => {
      sendAll();
      world.sendSync('leaving', 1, LEAVING);
      process.exitCode = 5;
    },
    receiveAll,
  ],
  /** Nobody will ever take what is sent. */
  unmatched: [() => sendAll(), () => undefined],
  'unmatched-exit': [
    () => {
      sendAll();
      process.exit(0);
    },
    () => undefined,
  ],
  'unmatched-self': [() => void COMM_SELF.send(dataOf(3), 0), () => void COMM_SELF.ssend(1, 0)],
  'unmatched-self-exit': [
    () => {
      void COMM_SELF.send(dataOf(3), 0);
      process.exit(0);
    },
    () => {
      void COMM_SELF.ssend(1, 0);
      process.exit(0);
    },
  ],
  /** Receives that nobody awaits hold no process. */
  'unmatched-receives': [
    () => {
      void world.recv(1);
      void world.recvInto(new Int32Array(1));
      void world.mprobe();
      void world.recv(1, 3, { timeout: 3_600_000 });
    },
    () => {
      void world.recv();
    },
  ],
  /** To leave with something under way is no error, whatever is done about errors. */
  'handled-receives': [() => leaveUnderWay(reportError), () => leaveUnderWay(reportError)],
  'fatal-receives': [() => leaveUnderWay(ERRORS_ARE_FATAL), () => leaveUnderWay(ERRORS_ARE_FATAL)],
  'errors-abort-receives': [() => leaveUnderWay(ERRORS_ABORT), () => leaveUnderWay(ERRORS_ABORT)],
  'fatal-finalize': [() => finalizeUnderWay(ERRORS_ARE_FATAL), () => finalizeUnderWay(ERRORS_ARE_FATAL)],
  'handled-finalize': [() => finalizeUnderWay(reportError), () => finalizeUnderWay(reportError)],
  /** To begin something afterwards is one. */
  'fatal-afterwards': [
    async () => {
      COMM_SELF.setErrhandler(ERRORS_ARE_FATAL);
      await finalize();
      void COMM_SELF.recv();
    },
    () => undefined,
  ],
  /** One ends all, whatever they do. */
  abort: [() => world.abort(7), () => world.recvSync(1)],
  'abort-zero': [
    () => world.abort(0),
    () => {
      setInterval(() => undefined, 1000);
    },
  ],
  /** Nobody waits for what was sent, as nobody may ever take it. */
  'abort-unanswered': [() => leaveUnanswered(() => world.abort(7)), () => world.recvSync(0, 2)],
  'abort-self-unanswered': [() => leaveUnanswered(() => COMM_SELF.abort(7)), () => world.recvSync(0, 2)],
  'fatal-unanswered': [() => leaveUnanswered(() => fail(ERRORS_ARE_FATAL)), () => world.recvSync(0, 2)],
  'errors-abort-unanswered': [() => leaveUnanswered(() => fail(ERRORS_ABORT)), () => world.recvSync(0, 2)],
  /** Somebody waits for a rank that has left in good order. */
  awaited: [() => undefined, () => waitInVain(() => world.recv(0))],
  blocked: [() => undefined, () => waitInVain(() => world.recvSync(0))],
  collective: [() => undefined, () => waitInVain(() => world.barrierSync())],
};

/** Sends a long and a synchronous message to rank 1, which receives neither, and then ends in this way. */
function leaveUnanswered(end: () => void): void {
  void world.send(new Float64Array(1_000_000), 1, 1);
  void world.ssend('synchronous', 1, 1);
  end();
}

function reportError(_: unknown, error: Error): void {
  console.log(`an error of what was under way: ${error.message}`);
}

function leaveUnderWay(handler: ErrorHandler): void {
  for (const comm of [world, COMM_SELF]) {
    comm.setErrhandler(handler);
    void comm.recv();
    void comm.recvInto(new Int32Array(1), ANY_SOURCE, 3);
    void comm.probe(ANY_SOURCE, 4);
    void comm.mprobe(ANY_SOURCE, 5);
  }
}

async function finalizeUnderWay(handler: ErrorHandler): Promise<void> {
  leaveUnderWay(handler);
  // This would hold the process.
  void world
    .messages({ tag: 6 })
    .next()
    .catch(() => undefined);
  void COMM_SELF.accept(openPortSync());
  await finalize();
}

/** Makes an error of class 6 (MPI_ERR_RANK). */
function fail(handler: ErrorHandler): void {
  world.setErrhandler(handler);
  world.sendSync('text', 99);
}

async function waitInVain(call: () => unknown): Promise<void> {
  const error = await failure('MPI_ERR_PROC_FAILED', call);
  assert.match(error.message, /rank 0 of "MPI_COMM_WORLD".*has left/);
  console.log('ok it was told');
}

await ENDS[process.argv[2] ?? '']?.[world.rank]?.();
