/** `parley view`: looks at a running program from another terminal, as one more process that comes through its MPI port. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MPIError } from '../../errors/mpi-error.ts';
import { connectView, Mirror, type RemoteView } from '../../live/index.ts';
import { jobDirectoryBase } from '../../pmi/job-directory.ts';
import { namesInDirectory } from '../../pmi/name-directory.ts';
import { print } from '../print.ts';
import { parseViewArguments, type ViewArguments } from './view-arguments.ts';
import { ViewLine } from './view-line.ts';

const FOREVER_MS = 2 ** 31 - 1;
const RETRY_MS = 100;
const NAMES_SHOWN = 8;
/** A name may outlive its port by a moment. */
const GONE: ReadonlySet<string> = new Set(['MPI_ERR_PORT', 'MPI_ERR_PROC_FAILED']);

/** Runs the command; resolves to the exit code. */
export async function view(args: readonly string[]): Promise<number> {
  const options = parseViewArguments(args);
  if ('help' in options) {
    await print(process.stdout, `${options.help}\n`);
    return 0;
  }
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    return await lookOn(options, interruption.signal);
  } catch (error) {
    if (interruption.signal.aborted) return 0;
    if (!(error instanceof MPIError)) throw error;
    await print(process.stderr, `parley: ${describe(error, options.target)}\n`);
    return 1;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

async function lookOn(options: ViewArguments, signal: AbortSignal): Promise<number> {
  const { target, port, host, wait } = options;
  let remote = await attach(options, signal, wait);
  await using mirror = await Mirror.open({ port, host, title: remote.title });
  await print(process.stdout, `${mirror.view.url}\n`);
  for (;;) {
    const line = new ViewLine(target, mirror, remote);
    await mirror.follow(remote);
    line.end();
    await remote.close();
    if (signal.aborted) return 0;
    await print(process.stderr, `parley: ${target}: ${remote.ending ?? 'there is no more'}\n`);
    if (!wait) return remote.hasFailed ? 1 : 0;
    remote = await attach(options, signal, true);
    await print(process.stderr, `parley: ${target} is back\n`);
  }
}

/** Where it waits, a program that is just ending is waited for as well. */
async function attach({ target }: ViewArguments, signal: AbortSignal, wait: boolean): Promise<RemoteView> {
  const name = `parley view (pid ${process.pid})`;
  for (;;) {
    try {
      return await connectView(target, { name, signal, ...(wait ? { waitMs: FOREVER_MS } : {}) });
    } catch (error) {
      const isEnding = error instanceof MPIError && GONE.has(error.code) && !target.startsWith('parley:');
      if (!wait || !isEnding || signal.aborted) throw error;
      await sleep(RETRY_MS, undefined, { signal });
    }
  }
}

/** What is wrong, and the way out. */
function describe(error: MPIError, target: string): string {
  if (error.code !== 'MPI_ERR_NAME') return error.message;
  const found = namesInDirectory(jobDirectoryBase(process.env, process.getuid?.() ?? 0));
  const names = found.slice(0, NAMES_SHOWN).map(({ service }) => JSON.stringify(service));
  const more = found.length > NAMES_SHOWN ? `, and ${found.length - NAMES_SHOWN} more (parley names)` : '';
  const there = names.length === 0 ? 'there is no name at all' : `there are ${names.join(', ')}${more}`;
  return `Cannot view ${JSON.stringify(target)}: nobody publishes that name; ${there} (--wait waits for it)`;
}
