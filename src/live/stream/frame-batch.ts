/** Short frames that travel together in one message. */
import type { BufferPool, PooledBuffer } from '../update/buffer-pool.ts';

/** Up to this length: beyond it a message costs little beside its bytes. */
export const BATCH_BYTES = 16_384;

/** Those that wait. */
export interface Frames {
  /** Takes the next one. */
  take(): PooledBuffer;
  /** Whether there is a next one that may go with others, which have so many bytes. */
  fits(length: number): boolean;
}

/** The next frame, or the next few where they are short. */
export function nextMessage(pool: BufferPool, frames: Frames): PooledBuffer {
  let frame = frames.take();
  if (!frames.fits(frame.bytes.byteLength)) return frame;
  const batch = pool.acquire(BATCH_BYTES);
  let length = 0;
  for (;;) {
    batch.bytes.set(frame.bytes, length);
    length += frame.bytes.byteLength;
    frame.release();
    if (!frames.fits(length)) return batch.shortened(length);
    frame = frames.take();
  }
}
