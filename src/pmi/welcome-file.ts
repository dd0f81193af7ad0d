/**
 * A welcome that a client has not taken yet: an empty file in the directory of the job of the port's owner. Either side ends that
 * by removing it, the client to take it, the owner to take it back; one of them finds it, so both know what has become of it.
 */
import { rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const pathOf = (directory: string, id: string): string => join(directory, `welcome-${id}`);

/** Lays one out; `directory` is that of the owner's job. Throws where there is no room for it. */
export function layWelcome(directory: string, id: string): void {
  writeFileSync(pathOf(directory, id), '', { mode: 0o600, flag: 'wx' });
}

/** The owner takes it back; false where the client has taken it. */
export function takeWelcomeBack(directory: string, id: string): boolean {
  try {
    unlinkSync(pathOf(directory, id));
    return true;
  } catch {
    return false;
  }
}

/** The client takes it; false where it has been taken back. `ownDirectory` is that of this process' job, `job` the owner's. */
export function takeWelcome(ownDirectory: string, job: string, id: string): boolean {
  return takeWelcomeBack(join(dirname(ownDirectory), job), id);
}

/** Whoever was to take it cannot be told of it. */
export function forgetWelcome(directory: string, id: string): void {
  rmSync(pathOf(directory, id), { force: true });
}

const WELCOME_ID = /^[0-9a-f]{16}$/;
export const isWelcomeId = (value: unknown): value is string =>
  typeof value === 'string' && WELCOME_ID.test(value);
