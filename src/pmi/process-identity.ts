/**
 * Which process is meant, for longer than its number lasts: numbers are given again, so an identity adds the
 * moment of the process' start, and where the number counts (boot, host, namespace of process ids). All from
 * /proc.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isShortage } from '../system/file-errors.ts';

/** A process that can be told from every other one, now and later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Its start in clock ticks since boot: field 22 of /proc/PID/stat. */
  readonly startTime: string;
  readonly place: ProcessPlace;
}

/** Where a process id counts. */
export interface ProcessPlace {
  readonly host: string;
  readonly bootId: string;
  /** The namespace of process ids: containers on one host have their own numbers. */
  readonly pidNamespace: string;
}

/** The place of this process. */
export function currentPlace(): ProcessPlace {
  return {
    host: hostname(),
    bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim(),
    pidNamespace: readlinkSync('/proc/self/ns/pid'),
  };
}

/** Identity of a process at `place`, null where no living process has that number, or nothing of it can be read. */
export function identifyProcess(pid: number, place: ProcessPlace): ProcessIdentity | null {
  const startTime = startTimeOf(pid);
  return typeof startTime === 'string' ? { pid, startTime, place } : null;
}

/**
 * Whether a process still lives, as seen from `here`: `'unknown'` where it belongs to another host or container,
 * whose process ids say nothing here, or where the system lacks what a look at it takes.
 */
export function processLife(identity: ProcessIdentity, here: ProcessPlace): 'alive' | 'dead' | 'unknown' {
  if (identity.place.host !== here.host) return 'unknown';
  if (identity.place.bootId !== here.bootId) return 'dead';
  if (identity.place.pidNamespace !== here.pidNamespace) return 'unknown';
  const startTime = startTimeOf(identity.pid);
  if (startTime === undefined) return 'unknown';
  return startTime === identity.startTime ? 'alive' : 'dead';
}

/** Whether a value read from a file is an identity. */
export function isProcessIdentity(value: unknown): value is ProcessIdentity {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, startTime, place } = value as Record<string, unknown>;
  if (!Number.isSafeInteger(pid) || typeof startTime !== 'string') return false;
  if (typeof place !== 'object' || place === null) return false;
  return ['host', 'bootId', 'pidNamespace'].every(
    (key) => typeof (place as Record<string, unknown>)[key] === 'string',
  );
}

/** Null where there is no such process any more, undefined where it cannot be looked at now. */
function startTimeOf(pid: number): string | null | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch (error) {
    return isShortage(error) ? undefined : null;
  }
  // The second field is the program's name in brackets, and may itself hold blanks and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  return state === 'Z' || state === 'X' ? null : (fields[19] ?? null);
}
