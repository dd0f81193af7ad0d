/** Turns a journal into HDF5, by playing it through a master whose store is the file. */
import type { RunReport } from '../stream/master-events.ts';
import { type Hdf5Options, type Hdf5Store, openHdf5 } from './hdf5-store.ts';
import { JournalScan } from './journal-scan.ts';
import { Replay, type ReplayOptions } from './replay.ts';

export interface ExportSummary {
  readonly updates: number;
  readonly runs: readonly RunReport[];
  /** Torn bytes at the journal's end, that nothing could be made of. */
  readonly tornBytes: number;
  /** Bytes before it that were damaged, and passed over. */
  readonly passedOverBytes: number;
}

export interface ExportOptions extends Hdf5Options, Pick<ReplayOptions, 'skipDamage'> {
  /** Called after each update with their number so far. */
  readonly onProgress?: (updates: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Writes every update of a journal into an HDF5 file, one row each.
 *
 * Where it is damaged before its end, what precedes is in the file, and the export fails; `skipDamage` has it go on.
 *
 * @throws {MPIError} MPI_ERR_IO, MPI_ERR_FILE_EXISTS, MPI_ERR_NO_SPACE.
 */
export async function exportJournal(
  journal: string,
  file: string,
  options: ExportOptions = {},
): Promise<ExportSummary> {
  const { onProgress, signal, skipDamage = false, ...hdf5 } = options;
  const scan = await JournalScan.open(journal);
  const store = openedBeside(scan, file, hdf5);
  const replay = new Replay(scan, {
    stores: [store],
    skipDamage,
    onSession: () => store.beginSession(),
    ...(signal === undefined ? {} : { signal }),
  });
  const runs: RunReport[] = [];
  let updates = 0;
  try {
    for await (const event of replay) {
      if (event.type === 'storeFailed') throw event.error;
      if (event.type === 'runEnded') runs.push(event.report);
      if (event.type !== 'update') continue;
      updates += 1;
      onProgress?.(updates);
    }
  } finally {
    await replay.close();
  }
  signal?.throwIfAborted();
  const { rest, passedOver } = await replay.played;
  return { updates, runs, tornBytes: rest, passedOverBytes: passedOver };
}

function openedBeside(scan: JournalScan, file: string, options: Hdf5Options): Hdf5Store {
  try {
    return openHdf5(file, options);
  } catch (error) {
    void scan.close();
    throw error;
  }
}
