/**
 * The guard: a tiny shell process that outlives an agent killed by SIGKILL, ends the agent's process groups, and
 * removes its directories.
 *
 * It reads lines on its standard input: `+ID` a process group to end, `-ID` a group that is gone, `d+NAME` and `d-NAME`
 * the same for directories to remove, `end` all is over. The end of input without `end` means that the agent has died. A group whose number the agent could not
 * tell any more (it died between starting a process and writing the line) is found by the agent's mark in its
 * environment, and none can be missed: a copy of the agent that has not yet become the new program still holds
 * the other end of the guard's input, so the input ends only after the last of them shows its mark.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';

const SCRIPT = `
trap '' HUP INT QUIT TERM USR1 USR2 TSTP
groups=' '
names=" $2 "
while IFS= read -r line; do
  case $line in
  +*) groups="$groups\${line#+} " ;;
  -*) id=\${line#-}; groups="\${groups%% $id *} \${groups#* $id }" ;;
  d+*) names="$names\${line#d+} " ;;
  d-*) id=\${line#d-}; names="\${names%% $id *} \${names#* $id }" ;;
  end) exit 0 ;;
  esac
done
for id in $groups; do kill -s KILL -- "-$id"; done
quiet=0
rounds=0
while [ $quiet -lt 2 ] && [ $rounds -lt 200 ]; do
  rounds=$((rounds + 1))
  quiet=$((quiet + 1))
  for file in $(grep -lsF -- "$3" /proc/[0-9]*/environ); do
    quiet=0
    id=\${file#/proc/}
    kill -s KILL -- "\${id%/environ}"
  done
  [ $quiet -eq 2 ] || sleep 0.02 || sleep 1
done
for name in $names; do rm -rf -- "$1/$name" "$1"/new-*-"$name"; done
rmdir -- "$1"
`;

/** The agent's end of its guard. */
export interface Guard {
  /** Tells the guard of a process group before anything can end this agent unseen. */
  add(processGroup: number): void;
  /** A group has no members left: its number may be given to strangers. */
  remove(processGroup: number): void;
  /** Tells the guard of a directory under its base, before it is made. */
  addDirectory(name: string): void;
  removeDirectory(name: string): void;
  /** All is over; resolves when the guard is gone. */
  dismiss(): Promise<void>;
}

/**
 * Starts an agent's guard, before its directory (`place.job` under `place.base`) is made. `mark` is a text that the environment of
 * every process of the agent contains. `onLost` is called where the guard could not start or has ended early: from then on nobody
 * cleans up after the agent.
 */
export function startGuard(
  place: { readonly base: string; readonly job: string },
  mark: string,
  onLost: (reason: string) => void,
): Guard {
  const guard = spawn('/bin/sh', ['-c', SCRIPT, 'parley-guard', place.base, place.job, mark], {
    // A group of its own, so that no terminal's signal ends it; a bare environment, so that no guard of an outer
    // job takes it for a member; nothing of the agent's held open.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: `${process.env['PATH'] ?? ''}:/usr/bin:/bin` },
    cwd: '/',
  });
  let dismissed = false;
  const gone = goneOf(guard);
  void gone.then((reason) => {
    if (!dismissed) onLost(reason);
  });
  const input: Writable = guard.stdin;
  input.on('error', () => {
    // The guard is gone; `gone` tells.
  });
  return {
    add: (processGroup) => void input.write(`+${processGroup}\n`),
    remove: (processGroup) => void input.write(`-${processGroup}\n`),
    addDirectory: (name) => void input.write(`d+${name}\n`),
    removeDirectory: (name) => void input.write(`d-${name}\n`),
    async dismiss() {
      dismissed = true;
      input.end('end\n');
      await gone;
    },
  };
}

async function goneOf(guard: ChildProcess): Promise<string> {
  try {
    const [code, signal] = (await once(guard, 'exit')) as [number | null, NodeJS.Signals | null];
    return signal ?? `exit code ${code ?? 0}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'error';
  }
}
