/** What the matching structures do, done by looking at everything: right, and slow. */
import { ANY_SOURCE, ANY_TAG } from '#model/constants.js';

export interface Envelope {
  readonly source: number;
  readonly tag: number;
  readonly order: number;
}

/** True where a receive for this source and tag (wildcards allowed) takes a message with that envelope. */
export function takes(wanted: { source: number; tag: number }, source: number, tag: number): boolean {
  return (
    (wanted.source === ANY_SOURCE || wanted.source === source) &&
    (wanted.tag === ANY_TAG || wanted.tag === tag)
  );
}

/** The one with the lowest order. */
export function earliest<T extends Envelope>(entries: Iterable<T>, fits: (entry: T) => boolean): T | null {
  let found: T | null = null;
  for (const entry of entries)
    if (fits(entry) && (found === null || entry.order < found.order)) found = entry;
  return found;
}
