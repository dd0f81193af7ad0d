/**
 * mpi4py: Debian's Python with Debian's mpi4py, over Open MPI and so under its launcher.
 */
import { join } from 'node:path';
import { LIVE_KINDS } from '../bench-case.ts';
import { openMpiOptions } from './open-mpi.ts';
import { missingPrograms } from './debian-packages.ts';
import { C_KINDS, placed, type Peer } from './participant.ts';
import { readVersion } from './peer-program.ts';

const PYTHON = '/usr/bin/python3';

export const mpi4py: Peer = {
  id: 'mpi4py',
  label: 'mpi4py',
  packages: ['python3-mpi4py', 'python3-numpy', 'openmpi-bin'],
  async missing() {
    const programs = await missingPrograms(['mpirun.openmpi', PYTHON]);
    if (programs.length > 0) return programs;
    return (await moduleVersion(undefined)) === undefined ? ['the modules mpi4py and numpy'] : [];
  },
  async prepare(workspace, signal) {
    const version = await moduleVersion(signal);
    const program = join(workspace.peerSources, 'mpi4py_ranks.py');
    return {
      id: 'mpi4py',
      label: 'mpi4py',
      version,
      settings: 'over Open MPI, with its settings',
      kinds: new Set([...C_KINDS, 'object', ...LIVE_KINDS]),
      command: (ranks, cases) => ({
        file: 'mpirun.openmpi',
        args: [...openMpiOptions(ranks), ...placed(workspace, PYTHON, [program, ...cases])],
        // Nothing is written beside the program.
        env: { PYTHONDONTWRITEBYTECODE: '1' },
      }),
      close: () => Promise.resolve(),
    };
  },
};

async function moduleVersion(signal: AbortSignal | undefined): Promise<string | undefined> {
  const program = 'import mpi4py, numpy; print("mpi4py", mpi4py.__version__)';
  return readVersion(PYTHON, ['-c', program], /mpi4py (\S+)/, signal);
}
