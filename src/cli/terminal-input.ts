/**
 * The launcher's standard input. A background process that reads its terminal is stopped by the kernel, so a
 * terminal is read only while the launcher is in its foreground: `parley run … &` works, and so does `fg`.
 */
import { readFileSync } from 'node:fs';
import { PassThrough, type Readable } from 'node:stream';
import { isatty } from 'node:tty';

const LOOK_MS = 250;

/** The input to forward. */
export function launcherInput(): Readable {
  return isatty(0) ? foregroundInput() : process.stdin;
}

function foregroundInput(): Readable {
  const input = new PassThrough();
  let connected = false;
  const look = (): void => {
    const foreground = isForeground();
    if (foreground === connected) return;
    connected = foreground;
    if (foreground) process.stdin.pipe(input);
    else process.stdin.unpipe(input).pause();
  };
  look();
  // Nobody tells a running process that it was put into the background or foreground.
  setInterval(look, LOOK_MS).unref();
  process.on('SIGCONT', look);
  return input;
}

/** Whether this process may read its controlling terminal. */
function isForeground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [processGroup, terminalGroup] = [fields[2], fields[5]];
    return terminalGroup === '-1' || terminalGroup === processGroup;
  } catch {
    return true;
  }
}
