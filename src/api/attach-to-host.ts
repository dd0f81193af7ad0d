/**
 * Makes a process that was started by itself a member of its host's universe: it gets a directory with a mailbox, like
 * the ranks of a launched job, and an agent in the background, which starts processes for it and cleans up after it. Both
 * directories are there at once, so that nobody waits for the agent's start; what is sent to it lies in its mailbox meanwhile.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { randomBytes } from 'node:crypto';
import { processId, type ProcessId } from '../model/process-id.ts';
import { holdAlivePipe } from '../pmi/alive-pipe.ts';
import { writeAgentOfJob } from '../pmi/job-record.ts';
import {
  createJobDirectory,
  jobDirectoryBase,
  type JobDirectory,
  sweepDeadJobs,
} from '../pmi/job-directory.ts';
import type { Libc } from '../system/libc.ts';
import { createJobSegment, type JobSegment } from '../transport/shared-memory/job-segment.ts';

/** Where a process that was alone now stands. */
export interface Footing {
  readonly directory: JobDirectory;
  readonly segment: JobSegment;
  readonly agent: ProcessId;
  /** Lets the agent know that this process leaves. */
  readonly letGo: () => void;
}

/** The program of the agent; it stands above this layer, and is never imported. */
const AGENT_PROGRAM = fileURLToPath(new URL('../cli/background-agent.js', import.meta.url));

export function attachToHost(libc: Libc, job: string, variables: NodeJS.ProcessEnv): Footing {
  const base = jobDirectoryBase(variables, process.getuid?.() ?? 0);
  const agent = randomBytes(16).toString('hex');
  sweepDeadJobs(base);
  const directory = createJobDirectory(base, job);
  const segment = createJobSegment(libc, { directory: directory.path, size: 1 });
  const letGo = holdAlivePipe(libc, directory.path);
  writeAgentOfJob(directory.path, agent);
  const agentDirectory = createJobDirectory(base, agent);
  createJobSegment(libc, { directory: agentDirectory.path, size: 1 }).close();
  const child = spawn(process.execPath, [AGENT_PROGRAM, agent, job], {
    // A session of its own: no terminal's signal ends it before it has ended what it started.
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: variables,
  });
  child.unref();
  return { directory, segment, agent: processId(agent, 0), letGo };
}
