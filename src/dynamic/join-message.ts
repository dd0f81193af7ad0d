/**
 * What the two ends of a socket say to each other when they join: framed lines of ASCII, which survive whatever encoding
 * the socket's owner has set. Each says who it is, then what it thinks of the other:
 *
 *     PARLEYJOIN0010312{"kind":"hello",…}      magic (10) | version (3) | length (4) | JSON of that length
 *     PARLEYJOIN0010081{"kind":"verdict",…}
 *
 * What does not begin so is refused at its first wrong byte, so that nobody waits for the rest of something else.
 */
import type { ContextId } from '../model/context-id.ts';
import type { ProcessId } from '../model/process-id.ts';
import { isContextId, isProcessId, isRecord } from '../pmi/agent-messages.ts';

/** Who one end is, and where. */
export interface JoinHello {
  readonly kind: 'hello';
  /** 128 random bits in hexadecimal: the other end repeats them, so it has really heard this. */
  readonly nonce: string;
  readonly process: ProcessId;
  /** What the connection may be known by: the one that the smaller nonce has come with is taken. */
  readonly contextId: ContextId;
  /** For messages. */
  readonly host: string;
  /** Which run of which host it is. */
  readonly bootId: string;
  readonly userId: number;
  /** The directory of all jobs, as a person sees it and as the host does. */
  readonly base: string;
  readonly device: string;
  readonly inode: string;
}

/** Whether an end can reach the other. */
export interface JoinVerdict {
  readonly kind: 'verdict';
  /** The other's. */
  readonly nonce: string;
  /** Why it cannot; '' where it can. */
  readonly why: string;
}

export type JoinMessage = JoinHello | JoinVerdict;

const MAGIC = 'PARLEYJOIN';
const VERSION = '001';
const LENGTH_DIGITS = 4;
const HEADER_BYTES = MAGIC.length + VERSION.length + LENGTH_DIGITS;
const PAYLOAD_BYTES_MAX = 4096;
const TEXT_CHARACTERS_MAX = 500;
const NONCE = /^[0-9a-f]{32}$/;

export function encodeJoinMessage(message: JoinMessage): Buffer {
  const payload = JSON.stringify(message).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const length = String(payload.length).padStart(LENGTH_DIGITS, '0');
  return Buffer.from(`${MAGIC}${VERSION}${length}${payload}`, 'latin1');
}

/** What came of some bytes. */
export type JoinReading =
  /** The message is not whole yet. */
  | { readonly type: 'more' }
  /** It took so many of the bytes. */
  | { readonly type: 'message'; readonly message: JoinMessage; readonly bytes: number }
  | { readonly type: 'refused'; readonly why: string };

const MORE: JoinReading = { type: 'more' };
const refused = (why: string): JoinReading => ({ type: 'refused', why });

/** Reads one message at the beginning of these bytes, which may be anything. */
export function readJoinMessage(bytes: Buffer): JoinReading {
  const header = bytes.toString('latin1', 0, HEADER_BYTES);
  if (header.slice(0, MAGIC.length) !== MAGIC.slice(0, header.length))
    return refused('the other end does not join: it sends something else');
  if (header.length < HEADER_BYTES) return MORE;
  const version = header.slice(MAGIC.length, MAGIC.length + VERSION.length);
  if (version !== VERSION) return refused('the other end is of another version of parley');
  const digits = header.slice(-LENGTH_DIGITS);
  const length = /^\d+$/.test(digits) ? Number(digits) : Infinity;
  if (length > PAYLOAD_BYTES_MAX) return refused('the other end says more than there is to be said');
  if (bytes.length < HEADER_BYTES + length) return MORE;
  const message = parse(bytes.toString('latin1', HEADER_BYTES, HEADER_BYTES + length));
  if (message === null) return refused('the other end says what no parley of this version does');
  return { type: 'message', message, bytes: HEADER_BYTES + length };
}

function parse(text: string): JoinMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value)) return null;
  const { kind, nonce, why } = value;
  if (typeof nonce !== 'string' || !NONCE.test(nonce)) return null;
  if (kind === 'verdict') return isText(why) ? { kind, nonce, why } : null;
  return kind === 'hello' ? helloOf(value, nonce) : null;
}

function helloOf(value: Record<string, unknown>, nonce: string): JoinHello | null {
  const { process, contextId, host, bootId, userId, base, device, inode } = value;
  if (!isProcessId(process) || !isContextId(contextId) || !Number.isSafeInteger(userId)) return null;
  if (!isText(host) || !isText(bootId) || !isText(base) || !isText(device) || !isText(inode)) return null;
  const { high, low } = contextId;
  const words = { high: high | 0, low: low | 0 };
  if (words.high !== high || words.low !== low) return null;
  return {
    kind: 'hello',
    nonce,
    process,
    contextId: words,
    host,
    bootId,
    userId: Number(userId),
    base,
    device,
    inode,
  };
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= TEXT_CHARACTERS_MAX;
