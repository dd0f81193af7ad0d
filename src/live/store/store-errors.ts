/** Errors of files, in the words of the standard's classes. */
import { MPIError } from '../../index.ts';
import { LockError } from './store-lock.ts';

/** ENOSPC, EDQUOT and EFBIG are MPI_ERR_NO_SPACE, all else MPI_ERR_IO. */
export function storeError(what: string, cause: unknown): MPIError {
  if (cause instanceof MPIError) return cause;
  if (cause instanceof LockError)
    return new MPIError(cause.isInUse ? 'MPI_ERR_FILE_IN_USE' : 'MPI_ERR_IO', cause.message, { cause });
  const code = (cause as NodeJS.ErrnoException | null)?.code ?? '';
  const text = cause instanceof Error ? cause.message : String(cause);
  if (['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code) || /no space left|file too large/i.test(text))
    return new MPIError('MPI_ERR_NO_SPACE', `Cannot ${what}: there is no room left (${text})`, { cause });
  return new MPIError('MPI_ERR_IO', `Cannot ${what}: ${text}`, { cause });
}
