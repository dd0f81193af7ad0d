/**
 * MPICH from C, under its launcher Hydra, which binds nothing unless asked.
 */
import { missingPrograms } from './debian-packages.ts';
import { C_KINDS, placed, type Peer } from './participant.ts';
import { buildPeerProgram, readVersion } from './peer-program.ts';

export const mpich: Peer = {
  id: 'mpich',
  label: 'MPICH',
  packages: ['mpich', 'libmpich-dev', 'gcc', 'libc6-dev'],
  missing: () => missingPrograms(['mpiexec.mpich', 'mpicc.mpich']),
  async prepare(workspace, signal) {
    const program = await buildPeerProgram(workspace, 'mpicc.mpich', signal);
    return {
      id: 'mpich',
      label: 'MPICH',
      version: await readVersion('mpiexec.mpich', ['--version'], /Version:\s+(\S+)/, signal),
      settings:
        'defaults; it always spins: on the device ch4:ucx MPIR_CVAR_POLLS_BEFORE_YIELD changes nothing',
      kinds: C_KINDS,
      command: (ranks, cases) => ({
        file: 'mpiexec.mpich',
        args: ['-n', String(ranks), ...placed(workspace, program, cases)],
      }),
      close: () => Promise.resolve(),
    };
  },
};
