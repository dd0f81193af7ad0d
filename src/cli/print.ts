/** Writes text and waits until it is out, so that the process may end itself. */
import type { Writable } from 'node:stream';

/** Resolves when `text` is written, or cannot be. */
export function print(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.once('error', () => {
      resolve();
    });
    stream.write(text, () => {
      resolve();
    });
  });
}
