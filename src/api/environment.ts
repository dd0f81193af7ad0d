/** What a program may ask of its environment (MPI-4.1 §9), beside its communicators. */
import { hostname } from 'node:os';
import { createRequire } from 'node:module';

/** Seconds since some time in the past, of this process' own clock (MPI_Wtime, MPI-4.1 §9.6). */
export function wtime(): number {
  return performance.now() / 1000;
}

/** Resolution of {@link wtime} in seconds (MPI_Wtick). */
export function wtick(): number {
  return 1e-9;
}

/** Name of this host (MPI_Get_processor_name, MPI-4.1 §9.1.2). */
export function getProcessorName(): string {
  return hostname();
}

/** Version of the MPI standard whose semantics are kept (MPI_Get_version, MPI-4.1 §9.1.1). */
export function getVersion(): { version: number; subversion: number } {
  return { version: 4, subversion: 1 };
}

/** Name and version of this library (MPI_Get_library_version). */
export function getLibraryVersion(): string {
  const require = createRequire(import.meta.url);
  const { version } = require('../../package.json') as { version: string };
  return `Parley ${version} (Node.js ${process.versions.node})`;
}

/** Zero: no error (MPI_SUCCESS). */
export const SUCCESS = 0 as const;
