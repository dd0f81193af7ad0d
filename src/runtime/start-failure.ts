/** Why the kernel refused to start a program that was there a moment ago, in words. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { RankPlan } from './rank-process.ts';

const ADVICE: Readonly<Record<string, string>> = {
  EAGAIN: 'too many processes; raise the limit by: ulimit -u, or start fewer',
  EMFILE: 'too many open files; raise the limit by: ulimit -n, or start fewer',
  ENFILE: 'too many open files on this host; start fewer',
  ENOMEM: 'no memory is left; start fewer',
  E2BIG: 'the arguments and the environment are too long',
};

/** A sentence for a failed start. */
export function explainStartFailure(plan: RankPlan, error: NodeJS.ErrnoException): string {
  const { file } = plan.program;
  const code = error.code ?? error.message;
  const interpreter = code === 'ENOENT' ? interpreterOf(file) : null;
  if (interpreter !== null)
    return `"${file}" begins with "#!${interpreter}", and there is no such interpreter`;
  return `"${file}" could not be started: ${ADVICE[code] ?? code}${code in ADVICE ? ` (${code})` : ''}`;
}

function interpreterOf(file: string): string | null {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return null;
  }
  try {
    const head = Buffer.alloc(256);
    const text = head.toString('utf8', 0, readSync(descriptor, head));
    return /^#!\s*(?<interpreter>[^\n]+)/.exec(text)?.groups?.['interpreter']?.trim() ?? null;
  } catch {
    return null;
  } finally {
    closeSync(descriptor);
  }
}
