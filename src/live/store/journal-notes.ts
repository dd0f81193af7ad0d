/**
 * What a master has found out by itself, as records among the frames, so that a replay comes to the same ends: which clients
 * it counted on, which of them failed, were silent, or came back.
 */
import { MPIError } from '../../index.ts';
import type { StoreNote } from '../stream/update-store.ts';
import type { PooledBuffer } from '../update/buffer-pool.ts';
import type { Frame } from '../update/frame-decoder.ts';
import type { FrameEncoder } from '../update/frame-encoder.ts';
import { NOTE } from '../update/frame-kinds.ts';
import { NO_STEP } from '../update/frame-layout.ts';

export type JournalNote =
  | { readonly type: 'expected'; readonly name: string; readonly expected: boolean }
  /** Journals of earlier versions have the message alone, which ends with the class in brackets. */
  | {
      readonly type: 'failed';
      readonly message: string;
      readonly code?: string;
      readonly errorClass?: number;
    }
  | { readonly type: 'opened'; readonly silentHoldsRun: boolean }
  | { readonly type: 'silent' }
  | { readonly type: 'back' };

/** Of notes on the stream as a whole: clients are counted from 1. */
export const NO_CLIENT = 0;

/** Undefined for what follows from the frames anyway. */
export function noteFrame(
  encoder: FrameEncoder,
  event: StoreNote,
  time: number,
): { client: number; buffer: PooledBuffer } | undefined {
  const note = noteOf(event);
  if (note === undefined) return undefined;
  const head = { kind: NOTE, rank: 0, run: 0, step: NO_STEP, sequence: 0, time, discarded: 0, queued: 0 };
  const client = 'client' in event ? event.client.id : NO_CLIENT;
  return { client, buffer: encoder.encode(head, { ...note }, []) };
}

function noteOf(event: StoreNote): JournalNote | undefined {
  switch (event.type) {
    case 'clientExpected':
      return { type: 'expected', name: event.client.name, expected: event.expected };
    case 'clientFailed':
      return { type: 'failed', ...plainly(event.error) };
    case 'streamOpened':
      return { type: 'opened', silentHoldsRun: event.silentHoldsRun };
    case 'clientSilent':
      return { type: 'silent' };
    case 'clientBack':
      return { type: 'back' };
    default:
      return undefined;
  }
}

const CLASS_AT_END = / \((?<code>\w+)\)$/;

const plainly = ({
  message,
  code,
  errorClass,
}: MPIError): { message: string; code: string; errorClass: number } => ({
  message: message.replace(CLASS_AT_END, ''),
  code,
  errorClass,
});

/** The error of which it was told. */
export function failureOf(note: JournalNote & { readonly type: 'failed' }): MPIError {
  const { message, code = CLASS_AT_END.exec(message)?.groups?.['code'], errorClass } = note;
  const text = message.replace(CLASS_AT_END, '');
  if (code !== undefined && errorClass !== undefined)
    return new MPIError({ name: code, errorClass, errorCode: errorClass }, text);
  return new MPIError(code === 'MPI_ERR_PROC_FAILED' ? code : 'MPI_ERR_OTHER', text);
}

/** Undefined where the frame is no note. */
export function readNote(frame: Frame): JournalNote | undefined {
  return frame.kind === NOTE ? (frame.small as unknown as JournalNote) : undefined;
}
