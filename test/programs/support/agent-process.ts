/** The agent that a process which was started by itself has in the background: one of its children. */
import { readdirSync, readFileSync } from 'node:fs';

/** Its process id; null where there is none. */
export function agentProcess(): number | null {
  const children = readdirSync('/proc/self/task').flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'latin1').split(' ').filter(Boolean),
  );
  // A process that has ended, and that nobody has heard of yet, has no command line.
  const agent = children.find((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('background-agent'),
  );
  return agent === undefined ? null : Number(agent);
}
