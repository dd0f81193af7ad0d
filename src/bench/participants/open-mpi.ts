/**
 * Open MPI from C. Its launcher binds two ranks to two cores by default, and refuses root and more ranks than cores; the
 * benchmark leaves the placement to the system for everybody.
 */
import { missingPrograms } from './debian-packages.ts';
import { ALL_C_KINDS, placed, type Peer } from './participant.ts';
import { buildPeerProgram, readVersion } from './peer-program.ts';

/** The options of `mpirun` that every job takes. */
export function openMpiOptions(ranks: number): string[] {
  const asRoot = process.getuid?.() === 0 ? ['--allow-run-as-root'] : [];
  return [...asRoot, '--oversubscribe', '--bind-to', 'none', '-n', String(ranks)];
}

export const openMpi: Peer = {
  id: 'open-mpi',
  label: 'Open MPI',
  packages: ['openmpi-bin', 'libopenmpi-dev', 'gcc', 'libc6-dev'],
  missing: () => missingPrograms(['mpirun.openmpi', 'mpicc.openmpi']),
  async prepare(workspace, signal) {
    const program = await buildPeerProgram(workspace, 'mpicc.openmpi', signal);
    return {
      id: 'open-mpi',
      label: 'Open MPI',
      version: await readVersion('mpicc.openmpi', ['--showme:version'], /Open MPI (\S+)/, signal),
      settings:
        '--oversubscribe, --bind-to none; where ranks outnumber processors it yields them when idle, by its own default (mpi_yield_when_idle)',
      kinds: ALL_C_KINDS,
      command: (ranks, cases) => ({
        file: 'mpirun.openmpi',
        args: [...openMpiOptions(ranks), ...placed(workspace, program, cases)],
      }),
      close: () => Promise.resolve(),
    };
  },
};
