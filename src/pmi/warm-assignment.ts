/**
 * What turns a process that waits ready into one with a program: a line of JSON on a descriptor that only its agent and it
 * hold. The process blocks on it, so it costs nothing meanwhile, and reads nothing at all when its agent dies.
 *
 *     agent                             waiting process
 *              ◄──────── 'r' ────────   has loaded the library
 *              ── {variables, …}\n ──►  becomes the program
 */
import { readSync, writeSync } from 'node:fs';

/** Everything in which the start of a program differs from that of another one. */
export interface WarmAssignment {
  /** The whole environment, in order. */
  readonly variables: readonly (readonly [name: string, value: string])[];
  readonly directory: string;
  /** Absolute path of the program. */
  readonly script: string;
  readonly args: readonly string[];
}

/** Where a waiting process finds its end. */
export const ASSIGNMENT_DESCRIPTOR = 3;

/** Told before JSON's first byte could be mistaken for it, and by nobody else. */
const READY = 'r';
const CHUNK_BYTES = 64 * 1024;

export function encodeAssignment(assignment: WarmAssignment): string {
  return `${JSON.stringify(assignment)}\n`;
}

/** The waiting process: says that it is ready, and blocks for what it is to become; null where its agent has gone. */
export function awaitAssignment(): WarmAssignment | null {
  try {
    writeSync(ASSIGNMENT_DESCRIPTOR, READY);
    const parts: Buffer[] = [];
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const bytes = readSync(ASSIGNMENT_DESCRIPTOR, chunk);
      if (bytes === 0) break;
      parts.push(chunk.subarray(0, bytes));
    }
    const text = Buffer.concat(parts).toString();
    // Without its end it is half of what an agent has written that died.
    return text.endsWith('\n') ? (JSON.parse(text) as WarmAssignment) : null;
  } catch {
    return null;
  }
}
