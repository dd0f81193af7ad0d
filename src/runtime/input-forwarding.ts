/** Passes the agent's input on to the ranks that read it, at the pace of the slowest; a rank that has had enough is no error. */
import type { Readable, Writable } from 'node:stream';

/** Forwards until the source ends or nobody listens any more. Returns a function that stops it. */
export function forwardInput(source: Readable, readers: readonly Writable[]): () => void {
  const open = new Set(readers);
  /** Readers that have enough for now. */
  const full = new Set<Writable>();

  const stop = (): void => {
    source.off('data', onData);
    source.off('end', onEnd);
    source.pause();
    open.clear();
  };
  const resumeIfReady = (): void => {
    if (open.size === 0) stop();
    else if (full.size === 0) source.resume();
  };
  const onData = (chunk: Buffer): void => {
    for (const reader of open) if (!reader.write(chunk)) full.add(reader);
    if (full.size > 0) source.pause();
  };
  const onEnd = (): void => {
    for (const reader of open) reader.end();
  };

  for (const reader of readers) {
    // EPIPE: it has closed its input, or ended.
    reader.on('error', () => undefined);
    reader.on('close', () => {
      open.delete(reader);
      full.delete(reader);
      resumeIfReady();
    });
    reader.on('drain', () => {
      full.delete(reader);
      resumeIfReady();
    });
  }
  // Input that cannot be read is input that has ended.
  source.on('error', onEnd);
  source.on('end', onEnd);
  source.on('data', onData);
  return stop;
}
