/**
 * What a master has found out by itself, as records among the frames, so that a replay comes to the same ends: which clients
 * it counted on, which of them failed, were silent, or came back.
 */
import type { StoreNote } from '../stream/update-store.ts';
import type { PooledBuffer } from '../update/buffer-pool.ts';
import type { Frame } from '../update/frame-decoder.ts';
import type { FrameEncoder } from '../update/frame-encoder.ts';
import { NOTE } from '../update/frame-kinds.ts';
import { NO_STEP } from '../update/frame-layout.ts';

export type JournalNote =
  | { readonly type: 'expected'; readonly name: string; readonly expected: boolean }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'silent' }
  | { readonly type: 'back' };

/** Undefined for what follows from the frames anyway. */
export function noteFrame(
  encoder: FrameEncoder,
  event: StoreNote,
  time: number,
): { client: number; buffer: PooledBuffer } | undefined {
  const note = noteOf(event);
  if (note === undefined || !('client' in event)) return undefined;
  const head = { kind: NOTE, rank: 0, run: 0, step: NO_STEP, sequence: 0, time, discarded: 0, queued: 0 };
  return { client: event.client.id, buffer: encoder.encode(head, { ...note }, []) };
}

function noteOf(event: StoreNote): JournalNote | undefined {
  switch (event.type) {
    case 'clientExpected':
      return { type: 'expected', name: event.client.name, expected: event.expected };
    case 'clientFailed':
      return { type: 'failed', message: event.error.message };
    case 'clientSilent':
      return { type: 'silent' };
    case 'clientBack':
      return { type: 'back' };
    default:
      return undefined;
  }
}

/** Undefined where the frame is no note. */
export function readNote(frame: Frame): JournalNote | undefined {
  return frame.kind === NOTE ? (frame.small as unknown as JournalNote) : undefined;
}
