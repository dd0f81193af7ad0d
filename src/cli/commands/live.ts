/** `parley live`: what to do with what a master of parley/live has stored. */
import { exportJournal, type MasterEvent, recoverHdf5, replayJournal } from '../../live/index.ts';
import { filesOf } from '../../live/store/hdf5-names.ts';
import { MPIError } from '../../errors/mpi-error.ts';
import { print } from '../print.ts';
import { type LiveArguments, parseLiveArguments } from './live-arguments.ts';

const INTERRUPTED = 130;

/** Runs the command; resolves to the exit code. */
export async function live(args: readonly string[]): Promise<number> {
  const options = parseLiveArguments(args);
  if ('help' in options) {
    await print(process.stdout, `${options.help}\n`);
    return 0;
  }
  if (options.task === 'recover') return recover(options.files);
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    await (options.task === 'export'
      ? writeExport(options, interruption.signal)
      : playBack(options, interruption.signal));
    return interruption.signal.aborted ? INTERRUPTED : 0;
  } catch (error) {
    if (interruption.signal.aborted) return INTERRUPTED;
    if (!(error instanceof MPIError)) throw error;
    await print(process.stderr, `parley: ${error.message}\n`);
    return 1;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

type Task<Name> = Extract<LiveArguments, { readonly task: Name }>;

async function writeExport(options: Task<'export'>, signal: AbortSignal): Promise<void> {
  const { journal, file, perRun, skipDamage } = options;
  const summary = await exportJournal(journal, file, { perRun, skipDamage, signal });
  const { updates, runs, tornBytes, passedOverBytes } = summary;
  const lost = runs.reduce((sum, run) => sum + run.lost, 0);
  await print(
    process.stdout,
    `${file}: ${counted(updates, 'update')} of ${counted(runs.length, 'run')}, ${lost} known to be lost\n`,
  );
  await tellDamage(passedOverBytes);
  if (tornBytes > 0)
    await print(
      process.stderr,
      `parley: the journal ends in ${tornBytes} torn bytes, which were passed over\n`,
    );
}

async function playBack({ journal, speed, skipDamage }: Task<'replay'>, signal: AbortSignal): Promise<void> {
  const replay = await replayJournal(journal, { speed, skipDamage, signal });
  try {
    for await (const event of replay) {
      const line = described(event);
      if (line !== undefined) await print(process.stdout, `${line}\n`);
    }
    const { rest, torn, passedOver } = await replay.played;
    await tellDamage(passedOver);
    if (torn !== undefined && !signal.aborted)
      await print(process.stderr, `parley: the journal ends in ${rest} torn bytes: ${torn}\n`);
  } finally {
    await replay.close();
  }
}

async function tellDamage(passedOver: number): Promise<void> {
  if (passedOver > 0)
    await print(process.stderr, `parley: ${passedOver} damaged bytes of the journal were passed over\n`);
}

/** All files that there are of each name; the exit code. */
async function recover(names: readonly string[]): Promise<number> {
  let code = 0;
  for (const name of names) {
    const files = filesOf(name);
    for (const file of files.length === 0 ? [name] : files) {
      try {
        const { rows, wasTorn } = await recoverHdf5(file);
        await print(
          process.stdout,
          `${file}: ${counted(rows, 'row')}, ${wasTorn ? 'recovered' : 'good as it is'}\n`,
        );
      } catch (error) {
        if (!(error instanceof MPIError)) throw error;
        await print(process.stderr, `parley: ${error.message}\n`);
        code = 1;
      }
    }
  }
  return code;
}

function described(event: MasterEvent): string | undefined {
  switch (event.type) {
    case 'runBegun':
      return `run ${event.run} begins`;
    case 'runEnded': {
      const { received, lost, unfinished, clients } = event.report;
      const missing = unfinished.length === 0 ? '' : `; not ended by ${unfinished.join(', ')}`;
      const from = counted(clients.length, 'client');
      return `run ${event.run} ends: ${counted(received, 'update')} from ${from}, ${lost} lost${missing}`;
    }
    case 'stepEnded':
      return `run ${event.run}: step ${event.step} ends`;
    case 'clientJoined':
      return `${event.client.name} joins`;
    case 'clientLeft':
      return `${event.client.name} leaves`;
    case 'clientFailed':
      return `${event.client.name} fails: ${event.error.message}`;
    case 'clientSilent':
      return `${event.client.name} is silent`;
    case 'clientBack':
      return `${event.client.name} is back`;
    default:
      return undefined;
  }
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
