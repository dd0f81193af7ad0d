/**
 * Finds processes that a test has started, however detached they are: by a mark, a text that their environment or
 * their command line contains. Reads /proc.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** A process that is still there. */
export interface MarkedProcess {
  readonly pid: number;
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** How long a process that was told to end may take to be gone: only what stays for ever is waited for as long. */
const GRACE_MS = 20_000;
const LOOK_MS = 20;

/** All processes but this one that carry the mark. */
export function markedProcesses(mark: string): MarkedProcess[] {
  const found: MarkedProcess[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const environment = read(`/proc/${name}/environ`);
    const command = read(`/proc/${name}/cmdline`);
    if (!environment.includes(mark) && !command.includes(mark)) continue;
    found.push({ pid, command: command.replaceAll('\0', ' ').trim(), environment: variables(environment) });
  }
  return found;
}

/** Empty as soon as no process carries the mark; those that still do after a grace. */
export async function waitForNoProcess(mark: string, graceMs: number = GRACE_MS): Promise<MarkedProcess[]> {
  const end = performance.now() + graceMs;
  for (;;) {
    const found = markedProcesses(mark);
    if (found.length === 0 || performance.now() > end) return found;
    await delay(LOOK_MS);
  }
}

/** Kills what carries the mark, also what is started meanwhile. */
export function endMarkedProcesses(mark: string): void {
  for (let found = markedProcesses(mark); found.length > 0; found = markedProcesses(mark)) {
    for (const { pid } of found) sendSignal(pid, 'SIGKILL');
  }
}

/** Sends a signal to a process, or to a group by its negative number; false where it is gone. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Empty where the process has ended (a zombie has neither environment nor command) or is somebody else's. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function variables(environment: string): Record<string, string> {
  return Object.fromEntries(
    environment
      .split('\0')
      .filter((entry) => entry.includes('='))
      .map((entry) => {
        const at = entry.indexOf('=');
        return [entry.slice(0, at), entry.slice(at + 1)];
      }),
  );
}
