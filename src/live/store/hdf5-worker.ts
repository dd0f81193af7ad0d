/** The thread that writes HDF5: the library is synchronous, and would hold up the master. */
import { parentPort, workerData } from 'node:worker_threads';
import { FrameDecoder, viewsOf } from '../update/frame-decoder.ts';
import type { FromWorker, Hdf5WorkerData, ToWorker } from './hdf5-messages.ts';
import { loadHdf5 } from './hdf5-module.ts';
import { Hdf5Writer } from './hdf5-writer.ts';

const { path, perRun, flushMs, takenBytes } = workerData as Hdf5WorkerData;
const port = parentPort;
if (port === null) throw new Error('this file is a worker thread of the HDF5 store');

/** Rows whose memory goes back at a time, where it is little: each answer wakes the master. */
const TAKEN_ROWS = 8;

const decoder = new FrameDecoder();
const writer = new Hdf5Writer(await loadHdf5(), path, perRun);
const state: {
  rows: number;
  hasFailed: boolean;
  /** What the store has told of, by number. */
  readonly memories: Map<number, SharedArrayBuffer>;
  taken: number[];
  takenBytes: number;
  timer: NodeJS.Timeout | undefined;
  /** When rows have to be flushed that are not. */
  flushAt: number;
} = {
  rows: 0,
  hasFailed: false,
  memories: new Map(),
  taken: [],
  takenBytes: 0,
  timer: undefined,
  flushAt: Infinity,
};

const say = (message: FromWorker): void => port.postMessage(message);

/** After a failure nothing is written any more: what counts as stored is what was stored before. */
function guarded(act: () => void): void {
  if (state.hasFailed) return;
  try {
    act();
  } catch (error) {
    state.hasFailed = true;
    clearTimeout(state.timer);
    say({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
}

/** The store does not touch them before they are given back, so they are read as any others. */
function bytesOf(memory: number, length: number): Uint8Array<ArrayBuffer> {
  const buffer = state.memories.get(memory);
  if (buffer === undefined) throw new Error(`nothing was told of memory ${memory}`);
  return new Uint8Array(buffer, 0, length) as Uint8Array as Uint8Array<ArrayBuffer>;
}

function giveBack(): void {
  if (state.taken.length === 0) return;
  say({ type: 'taken', memories: state.taken, length: state.takenBytes });
  state.taken = [];
  state.takenBytes = 0;
}

function flush(): void {
  clearTimeout(state.timer);
  state.timer = undefined;
  state.flushAt = Infinity;
  giveBack();
  guarded(() => {
    writer.flush();
    say({ type: 'stored', rows: state.rows, files: writer.files });
  });
}

port.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'memory':
      state.memories.set(message.number, message.buffer);
      return;
    case 'drop':
      state.memories.delete(message.number);
      return;
    case 'row': {
      const { memory, length, client, receivedAt } = message;
      guarded(() => {
        const frame = decoder.decode(viewsOf(bytesOf(memory, length)), 0);
        writer.append(frame, client, receivedAt);
        state.rows += 1;
        if (state.timer !== undefined) return;
        state.flushAt = performance.now() + flushMs;
        state.timer = setTimeout(flush, flushMs);
      });
      state.taken.push(memory);
      state.takenBytes += length;
      // After a failure no flush gives it back.
      if (state.hasFailed || state.taken.length >= TAKEN_ROWS || state.takenBytes >= takenBytes) giveBack();
      // While rows come one behind the other no timer has its turn.
      if (performance.now() >= state.flushAt) flush();
      return;
    }
    case 'runEnded':
      return guarded(() => writer.endRun(message.run));
    case 'session':
      return guarded(() => writer.beginSession());
    case 'flush':
      return flush();
    case 'close':
      flush();
      guarded(() => writer.close());
      say({ type: 'closed' });
      return port.close();
  }
});
