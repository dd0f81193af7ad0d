/** Where the bytes of the ranks go: merged into two streams, or into files; and the last words of each rank. */
import { once } from 'node:events';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { processId } from '../model/process-id.ts';
import { LastWords, lastLines } from './output/last-words.ts';
import { MergedOutput } from './output/merged-output.ts';
import type { OutputEnd } from './output/output-end.ts';
import type { RankPlan, RankProcess } from './rank-process.ts';

/** One of the two streams into which ranks' output is merged. */
export interface OutputPort {
  readonly target: Writable;
  /** Whether a person watches: begun lines are shown then. */
  readonly isTerminal: boolean;
  /** What stands there; the same for all jobs whose output goes there. */
  readonly end: OutputEnd;
  /** What to put before each line of a rank; null for nothing. */
  readonly label: ((rank: number) => string) | null;
}

export interface OutputPorts {
  readonly stdout: OutputPort;
  readonly stderr: OutputPort;
}

/** A begun line on a terminal (a prompt) is shown after this. */
const BEGUN_LINE_MS = 100;

export class RankOutput {
  readonly #stdout: MergedOutput;
  readonly #stderr: MergedOutput;
  readonly #job: string;
  readonly #errorEnd: OutputEnd;
  readonly #lastWords = new Map<number, LastWords>();
  readonly #pending = new Map<Socket, Promise<void>>();
  readonly #abandoned = new AbortController();

  /** `onLost` is called once, with an error's code, where the standard output cannot be written any more. */
  constructor(ports: OutputPorts, job: string, onLost: (code: string) => void) {
    this.#job = job;
    this.#errorEnd = ports.stderr.end;
    const merge = (port: OutputPort, onFailure: (code: string) => void): MergedOutput =>
      new MergedOutput(port.target, {
        label: port.label,
        isTerminal: port.isTerminal,
        writer: (rank) => processId(job, rank),
        begunLineMs: port.isTerminal ? BEGUN_LINE_MS : Infinity,
        end: port.end,
        onFailure,
      });
    this.#stdout = merge(ports.stdout, onLost);
    // Without its error output a job can still do its work.
    this.#stderr = merge(ports.stderr, () => undefined);
  }

  /** Takes over a process' output streams. */
  attach(process: RankProcess): void {
    const { rank, stdout, stderr } = process;
    if (stdout !== null) this.#follow(stdout, this.#stdout.attach(rank, stdout));
    if (stderr === null) return;
    const words = new LastWords();
    this.#lastWords.set(rank, words);
    stderr.on('data', (chunk: Buffer) => {
      words.push(chunk);
    });
    this.#follow(stderr, this.#stderr.attach(rank, stderr));
  }

  /** Writes lines of the agent's own on the error output. */
  note(text: string): void {
    this.#stderr.note(text);
  }

  /**
   * After all processes have ended: waits until their output has been read to its end. Where a process that has
   * escaped from the job holds a stream open, it is given up when nothing comes for `quietMs`. A reader who is slow
   * is waited for, `slowMs` at most.
   */
  async end(quietMs: number, slowMs: number): Promise<void> {
    let seen = new Map<Socket, number>();
    for (let waitedMs = 0; this.#pending.size > 0; waitedMs += quietMs) {
      const timer = new AbortController();
      const quiet = delay(quietMs, undefined, { signal: timer.signal }).catch(() => undefined);
      await Promise.race([Promise.all(this.#pending.values()), quiet]);
      timer.abort();
      for (const source of this.#pending.keys()) {
        const isIdle = !source.isPaused() && seen.get(source) === source.bytesRead;
        if (isIdle || waitedMs >= slowMs) source.destroy();
      }
      seen = new Map([...this.#pending.keys()].map((source) => [source, source.bytesRead]));
    }
  }

  /** Leaves the targets to the other jobs that write there. */
  release(): void {
    this.#stdout.release();
    this.#stderr.release();
  }

  /** Gives up what has not been read and written yet. */
  abandon(): void {
    this.#abandoned.abort();
    for (const source of this.#pending.keys()) source.destroy();
  }

  /** Resolves when both targets have taken everything, or it was given up. */
  async flush(): Promise<void> {
    const { signal } = this.#abandoned;
    if (signal.aborted) return;
    const abandoned = once(signal, 'abort');
    await Promise.race([Promise.all([this.#stdout.flush(), this.#stderr.flush()]), abandoned]);
  }

  /** The end of a rank's error output. */
  lastWordsOf(plan: RankPlan): string {
    if (plan.outputFiles !== null) return lastLines(endOfFile(plan.outputFiles.stderr));
    return this.#lastWords.get(plan.rank)?.text() ?? '';
  }

  /** Whether a rank's last words are the last that was printed anyway. */
  endsWithWordsOf(plan: RankPlan): boolean {
    const bytes = Buffer.byteLength(this.lastWordsOf(plan));
    return plan.outputFiles === null && this.#errorEnd.lastBytesOf(processId(this.#job, plan.rank)) >= bytes;
  }

  #follow(source: Socket, ended: Promise<void>): void {
    this.#pending.set(
      source,
      ended.then(() => {
        this.#pending.delete(source);
      }),
    );
  }
}

function endOfFile(path: string): Buffer {
  const end = Buffer.alloc(16 * 1024);
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return Buffer.alloc(0);
  }
  try {
    const position = Math.max(0, fstatSync(descriptor).size - end.length);
    return end.subarray(0, readSync(descriptor, end, 0, end.length, position));
  } finally {
    closeSync(descriptor);
  }
}
