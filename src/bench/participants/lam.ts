/**
 * LAM/MPI from C, over its spinning shared-memory transport (usysv). It runs jobs only in a universe that was booted
 * before, and refuses root; so a root's benchmark boots and uses it as the user nobody.
 *
 * The universe lives inside a guard process, a shell that boots it, waits for the end of its standard input, and halts
 * it: however the benchmark ends, its side of the pipe closes and no daemon stays behind, nor shared memory of jobs that
 * failed (lamclean). Ranks that hang are killed before that: lamclean asks them, and would wait for them for ever.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { missingPrograms } from './debian-packages.ts';
import { ALL_C_KINDS, placed, type Peer, type Workspace } from './participant.ts';
import { runJob } from '../run-job.ts';
import { buildPeerProgram, readVersion } from './peer-program.ts';

const SWEEP_TIMEOUT_MS = 10_000;

const CLEAN = `
for process in /proc/[0-9]*; do
  [ "$(readlink "$process/exe" 2>/dev/null)" = "$RANKS_PROGRAM" ] && kill -9 "\${process#/proc/}"
done
timeout 5 lamclean >clean.log 2>&1
`;

const GUARD = `
lamboot -H >boot.log 2>&1 </dev/null && echo booted || { cat boot.log >&2; exit 1; }
cat >/dev/null
${CLEAN}
timeout 10 lamhalt -H >halt.log 2>&1 || timeout 10 lamwipe -H >>halt.log 2>&1
`;

interface Universe {
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Resolves when the daemon has ended. */
  readonly halt: () => Promise<void>;
}

export const lam: Peer = {
  id: 'lam',
  label: 'LAM/MPI',
  packages: ['lam-runtime', 'lam4-dev', 'gcc', 'libc6-dev'],
  missing: () => missingPrograms(['lamboot', 'lamhalt', 'mpirun.lam', 'mpicc.lam']),
  async prepare(workspace, signal) {
    const program = await buildPeerProgram(workspace, 'mpicc.lam', signal);
    const version = await readVersion('laminfo', [], /LAM\/MPI: (\S+)/, signal);
    const { env, directory, user, halt } = await bootUniverse(workspace, program);
    return {
      id: 'lam',
      label: 'LAM/MPI',
      version,
      settings: '-ssi rpi usysv, its spinning shared-memory transport',
      kinds: ALL_C_KINDS,
      command: (ranks, cases) => ({
        file: 'mpirun.lam',
        args: ['-ssi', 'rpi', 'usysv', '-np', String(ranks), ...placed(workspace, program, cases)],
        env,
        directory,
        ...(user === undefined ? {} : { user }),
      }),
      // Its daemon starts what a rank spawns.
      sweep: async () => {
        const asUser = user === undefined ? {} : { user };
        const command = { file: 'sh', args: ['-c', CLEAN], env, directory, ...asUser };
        await runJob(command, { timeoutMs: SWEEP_TIMEOUT_MS }).catch(() => undefined);
      },
      close: halt,
    };
  },
};

async function bootUniverse(workspace: Workspace, program: string): Promise<Universe> {
  const directory = join(workspace.directory, 'lam');
  await mkdir(directory);
  const user = process.getuid?.() === 0 ? await unprivilegedUser() : undefined;
  if (user !== undefined) await chown(directory, user.uid, user.gid);
  // The suffix keeps this universe apart from any other of the same user.
  const env = {
    HOME: directory,
    TMPDIR: directory,
    LAM_MPI_SESSION_SUFFIX: `bench-${process.pid}`,
    RANKS_PROGRAM: program,
  };
  const guard = spawn('sh', ['-c', GUARD], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    cwd: directory,
    env: { ...process.env, ...env },
    ...(user ?? {}),
  });
  const ended = once(guard, 'exit');
  let complaints = '';
  guard.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const first = await Promise.race([once(guard.stdout, 'data'), ended]);
  if (!String(first[0]).startsWith('booted')) throw new Error(`lamboot failed: ${complaints.trim()}`);
  return {
    env,
    directory,
    ...(user === undefined ? {} : { user }),
    halt: async () => {
      guard.stdin.end();
      await ended;
    },
  };
}

async function unprivilegedUser(): Promise<{ uid: number; gid: number }> {
  const line = /^nobody:[^:]*:(\d+):(\d+):/m.exec(await readFile('/etc/passwd', 'utf8'));
  if (line === null)
    throw new Error('LAM/MPI refuses root, and this system has no user "nobody" to run it as');
  return { uid: Number(line[1]), gid: Number(line[2]) };
}
