/** Imports the package in a worker thread, beside a main thread that uses it, and says what became of it. */
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

if (isMainThread) {
  const { COMM_WORLD: world } = await import('parley');
  const worker = new Worker(new URL(import.meta.url));
  const text = await new Promise<unknown>((resolve) => worker.once('message', resolve));
  const texts = await world.gather(text);
  if (texts !== undefined) console.log(texts.join('\n'));
} else {
  try {
    await import('parley');
    parentPort?.postMessage('it was imported');
  } catch (error) {
    parentPort?.postMessage(String(error));
  }
}
