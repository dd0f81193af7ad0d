/**
 * What the person at a page tells the program, and what viewers say to the server at all. Whatever comes through the socket is
 * read strictly here: known fields of known types are taken over, everything else is dropped.
 */
import type { Region } from './panel.ts';
import type { ImageFormat } from './wire/image-data.ts';

/** Changes of one thing replace each other while nobody reads them. */
export type ViewFeedback =
  /** A region was drawn on an image, or removed. */
  | { readonly type: 'region'; readonly topic: string; readonly region: Region | null }
  /** A control or a threshold has another value. */
  | {
      readonly type: 'setting';
      readonly topic: string;
      readonly name: string;
      readonly value: number | string | boolean;
    }
  /** A button was pressed, such as one that asks for a frame. */
  | { readonly type: 'request'; readonly topic: string; readonly name: string }
  | { readonly type: 'stop' };

/** All that a viewer may send. */
export type ViewerMessage =
  | ViewFeedback
  /** The first message: which versions it has of which session, so that only what is newer is sent. */
  | { readonly type: 'hello'; readonly session: string; readonly seen: Readonly<Record<string, number>> }
  /** These versions have been drawn. */
  | { readonly type: 'drawn'; readonly versions: Readonly<Record<string, number>> }
  /** At most so many frames of each topic for each second. */
  | { readonly type: 'rate'; readonly hertz: number }
  | { readonly type: 'format'; readonly topic: string; readonly format: ImageFormat }
  | { readonly type: 'ping'; readonly time: number };

const TEXT_MAX = 200;
const FORMATS: readonly string[] = ['u8', 'u16', 'f32'];

/** Undefined where it is none. */
export function readViewerMessage(text: string): ViewerMessage | undefined {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof message !== 'object' || message === null) return undefined;
  const fields = message as Readonly<Record<string, unknown>>;
  const { type, topic, name, value } = fields;
  switch (type) {
    case 'hello':
      return {
        type,
        session: isText(fields['session']) ? fields['session'] : '',
        seen: readVersions(fields['seen']),
      };
    case 'drawn':
      return { type, versions: readVersions(fields['versions']) };
    case 'rate':
      return isNumber(fields['hertz']) ? { type, hertz: fields['hertz'] } : undefined;
    case 'ping':
      return isNumber(fields['time']) ? { type, time: fields['time'] } : undefined;
    case 'format': {
      const { format } = fields;
      const isKnown = isText(topic) && isText(format) && FORMATS.includes(format);
      return isKnown ? { type, topic, format: format as ImageFormat } : undefined;
    }
    case 'region': {
      const region = readRegion(fields['region']);
      return isText(topic) && region !== undefined ? { type, topic, region } : undefined;
    }
    case 'setting': {
      const isValue = isNumber(value) || isText(value) || typeof value === 'boolean';
      return isText(topic) && isText(name) && isValue ? { type, topic, name, value } : undefined;
    }
    case 'request':
      return isText(topic) && isText(name) ? { type, topic, name } : undefined;
    case 'stop':
      return { type };
    default:
      return undefined;
  }
}

function readRegion(value: unknown): Region | null | undefined {
  if (value === null) return null;
  if (typeof value !== 'object') return undefined;
  const { rows, columns } = value as Readonly<Record<string, unknown>>;
  return isRange(rows) && isRange(columns) ? { rows, columns } : undefined;
}

function isRange(value: unknown): value is readonly [number, number] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [from, to] = value as readonly unknown[];
  return (
    Number.isSafeInteger(from) &&
    Number.isSafeInteger(to) &&
    (from as number) >= 0 &&
    (to as number) > (from as number)
  );
}

function readVersions(value: unknown): Readonly<Record<string, number>> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, number] => isNumber(entry[1])),
  );
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= TEXT_MAX;
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
