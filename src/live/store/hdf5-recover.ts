/**
 * Makes a good file of one whose writer was killed. Such a file is marked as open for writing, so that nothing but a SWMR reader
 * opens it; all rows that were flushed are in it. They are copied, whole rows only, into a new file that takes its place.
 *
 *     out.h5 (marked) ─ open "Sr" ─→ out.h5.recovering ─ rename ─→ out.h5
 */
import { closeSync, fdatasyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { Dataset, File, Group } from 'h5wasm/node';
import { MPIError, type TypedArray } from '../../index.ts';
import { hasLengths } from './hdf5-dataset-names.ts';
import { loadHdf5 } from './hdf5-module.ts';
import { storeError } from './store-errors.ts';
import { StoreLock } from './store-lock.ts';

export interface Hdf5Recovery {
  /** False where the file had been closed in good order, and was left alone. */
  readonly wasTorn: boolean;
  readonly rows: number;
}

/** Bytes that are copied at a time. */
const COPY_BYTES = 2 ** 24;

export async function recoverFile(path: string): Promise<Hdf5Recovery> {
  await loadHdf5();
  const good = opened(path, 'r');
  if (good !== undefined) {
    try {
      return { wasTorn: false, rows: rowsOf(good, path) };
    } finally {
      good.close();
    }
  }
  // A file that is being written looks like one whose writer was killed.
  const lock = locked(path);
  try {
    return { wasTorn: true, rows: recoverTorn(path) };
  } finally {
    lock.release();
  }
}

function locked(path: string): StoreLock {
  try {
    return StoreLock.take(path);
  } catch (error) {
    throw storeError(`recover "${path}"`, error);
  }
}

function recoverTorn(path: string): number {
  const torn = opened(path, 'Sr');
  if (torn === undefined)
    throw new MPIError('MPI_ERR_IO', `Cannot recover "${path}": it is no HDF5 file, or was not even begun`);
  const beside = `${path}.recovering`;
  try {
    rmSync(beside, { force: true });
    const rows = rowsOf(torn, path);
    copyFile(torn, beside, rows);
    renameSync(beside, path);
    return rows;
  } catch (error) {
    throw storeError(`recover "${path}"`, error);
  } finally {
    torn.close();
    rmSync(beside, { force: true });
  }
}

function opened(path: string, mode: 'r' | 'Sr'): File | undefined {
  try {
    return new File(path, mode);
  } catch {
    return undefined;
  }
}

/** The column that is written last, when all others are in the file, says how many rows are whole. */
function rowsOf(file: Group, path: string): number {
  const sequence = file.paths().includes('update/sequence') ? file.get('update/sequence') : null;
  if (sequence instanceof Dataset) return sequence.shape?.[0] ?? 0;
  throw new MPIError(
    'MPI_ERR_IO',
    `Cannot recover "${path}": it has no update/sequence, so no store has written it`,
  );
}

function copyFile(torn: File, path: string, rows: number): void {
  const copy = new File(path, 'x', { libver: 'v110' });
  for (const name of Object.keys(torn.attrs)) {
    const value = torn.get_attribute(name, false);
    if (typeof value === 'number' || typeof value === 'string') copy.create_attribute(name, value);
  }
  const names = new Set(torn.paths());
  for (const name of names) {
    const entity = torn.get(name);
    if (entity instanceof Group) copy.create_group(name);
    if (entity instanceof Dataset)
      copyDataset(hasLengths(name, names) ? torn.get(`${name}_len`) : null, copy, name, entity, rows);
  }
  copy.flush();
  copy.close();
  const descriptor = openSync(path, 'r');
  fdatasyncSync(descriptor);
  closeSync(descriptor);
}

/** `lengths`: of its rows, where it is of varying length. */
function copyDataset(lengths: unknown, copy: File, name: string, from: Dataset, rows: number): void {
  const [written = 0, ...rowShape] = from.shape ?? [];
  const wanted = lengths instanceof Dataset ? sumOf(lengths, rows) : rows;
  if (written < wanted) throw new Error(`its column ${name} has ${written} rows where ${wanted} are wanted`);
  const whole = rowShape.map((extent): [number, number] => [0, extent]);
  const chunks = from.metadata.chunks ?? null;
  const to = copy.create_dataset({
    name,
    data: from.slice([[0, 0], ...whole]) as Float64Array,
    shape: [0, ...rowShape],
    maxshape: [null, ...rowShape],
    chunks,
  });
  to.resize([wanted, ...rowShape]);
  const rowBytes = Math.max(
    1,
    from.metadata.size * rowShape.reduce((product, extent) => product * extent, 1),
  );
  const step = Math.max(1, Math.floor(COPY_BYTES / rowBytes));
  for (let at = 0; at < wanted; at += step) {
    const rowsHere: [number, number] = [at, Math.min(at + step, wanted)];
    to.write_slice([rowsHere, ...whole], from.slice([rowsHere, ...whole]));
  }
}

function sumOf(lengths: Dataset, rows: number): number {
  if (rows === 0) return 0;
  return (lengths.slice([[0, rows]]) as TypedArray as Int32Array).reduce((sum, length) => sum + length, 0);
}
