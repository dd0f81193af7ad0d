/**
 * Runs one job (a launcher with its ranks) to its end and hands back what it printed and how long it took. A job that
 * fails, is aborted, or overstays is ended: first asked, then killed.
 */
import { spawn } from 'node:child_process';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly directory?: string;
  /** Another user to run as; only root can. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

export interface JobOutcome {
  readonly output: string;
  /** From the start of the launcher until its end. */
  readonly wallSeconds: number;
}

/** A job that did not end in its time; what it had printed until then, in whole lines. */
export class OverstayError extends Error {
  readonly output: string;

  constructor(message: string, output: string) {
    super(message);
    this.name = 'OverstayError';
    this.output = output.slice(0, output.lastIndexOf('\n') + 1);
  }
}

const OUTPUT_CHARACTERS_MAX = 4 << 20;
const ERROR_CHARACTERS_KEPT = 2000;
const GRACE_MS = 3000;

export function runJob(
  command: Command,
  options: { timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<JobOutcome> {
  const { timeoutMs, signal } = options;
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const start = performance.now();
    let end = start;
    const child = spawn(command.file, command.args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...command.env },
      ...(command.directory === undefined ? {} : { cwd: command.directory }),
      ...(command.user ?? {}),
    });
    let output = '';
    let complaints = '';
    let ending: string | undefined;
    let overstayed = false;
    let killTimer: NodeJS.Timeout | undefined;

    function endIt(reason: string): void {
      if (ending !== undefined) return;
      ending = reason;
      child.kill('SIGTERM');
      killTimer = setTimeout(kill, GRACE_MS);
    }
    /** What the job has started elsewhere, as by a daemon, may hold its output for ever: nobody listens to that any more. */
    function kill(): void {
      child.kill('SIGKILL');
      child.stdout.destroy();
      child.stderr.destroy();
    }
    const onAbort = (): void => {
      endIt('was interrupted');
    };
    const timeTimer = setTimeout(() => {
      overstayed = ending === undefined;
      endIt(`did not end within ${timeoutMs / 1e3} s`);
    }, timeoutMs);
    signal?.addEventListener('abort', onAbort);

    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.length > OUTPUT_CHARACTERS_MAX) endIt('printed far more than results');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaints = (complaints + text).slice(-ERROR_CHARACTERS_KEPT);
    });
    child.on('exit', () => {
      end = performance.now();
    });
    child.on('error', (cause) => {
      finish(new Error(`Cannot start ${command.file}: ${cause.message}`, { cause }));
    });
    child.on('close', (code, killedBy) => {
      if (ending === undefined && code === 0) {
        finish(undefined);
        return;
      }
      const how = ending ?? (killedBy === null ? `ended with exit code ${code}` : `was ended by ${killedBy}`);
      const text = `${command.file} ${how}${complaints === '' ? '' : `:\n${complaints.trimEnd()}`}`;
      finish(overstayed ? new OverstayError(text, output) : new Error(text));
    });

    function finish(error: Error | undefined): void {
      clearTimeout(timeTimer);
      clearTimeout(killTimer);
      signal?.removeEventListener('abort', onAbort);
      if (error) reject(error);
      else resolve({ output, wallSeconds: (end - start) / 1e3 });
    }
  });
}
