/** Where spawned processes find who has spawned them: a file in their job's directory, made before they start. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MPIError } from '../errors/mpi-error.ts';
import { isParentRecord, type ParentRecord } from './agent-messages.ts';

const pathIn = (directory: string): string => join(directory, 'parent');

export function writeParentRecord(directory: string, record: ParentRecord): void {
  writeFileSync(pathIn(directory), JSON.stringify(record), { mode: 0o600, flag: 'wx' });
}

/** Who spawned the job of this directory. */
export function readParentRecord(directory: string): ParentRecord {
  const path = pathIn(directory);
  let record: unknown;
  try {
    record = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new MPIError(
      'MPI_ERR_INTERN',
      `Cannot find the parents of this process: "${path}" is not to be read`,
      {
        cause,
      },
    );
  }
  if (isParentRecord(record)) return record;
  throw new MPIError('MPI_ERR_INTERN', `Cannot find the parents of this process: "${path}" names none`);
}
