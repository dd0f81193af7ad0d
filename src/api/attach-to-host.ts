/**
 * Makes a process that was started by itself a member of its host's universe: it gets a directory with a mailbox, like
 * the ranks of a launched job, and an agent in the background, which starts processes for it and cleans up after it. Both
 * directories are there at once, so that nobody waits for the agent's start; what is sent to it lies in its mailbox meanwhile.
 */
import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { randomBytes } from 'node:crypto';
import { holdAlivePipe, makeAlivePipe } from '../pmi/alive-pipe.ts';
import { describeProgram, writeJobDescription } from '../pmi/job-description.ts';
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
  /** Lets the agent know that this process leaves. */
  readonly letGo: () => void;
}

/** The program of the agent; it stands above this layer, and is never imported. */
const AGENT_PROGRAM = fileURLToPath(new URL('../cli/background-agent.js', import.meta.url));

/** Makes the place where others find this process. */
export function attachToHost(libc: Libc, job: string, variables: NodeJS.ProcessEnv): Footing {
  const base = jobDirectoryBase(variables, process.getuid?.() ?? 0);
  sweepDeadJobs(base);
  const directory = createJobDirectory(base, job);
  const segment = createJobSegment(libc, { directory: directory.path, size: 1 });
  const letGo = holdAlivePipe(libc, directory.path);
  const [, program = process.execPath, ...args] = process.argv;
  writeJobDescription(directory.path, 'single', [describeProgram(program, args, 1)]);
  return { directory, segment, letGo };
}

/** Starts an agent for the process that stands there, the first one or one in the place of another that was killed. */
export function startAgent(
  libc: Libc,
  { base, job, path }: JobDirectory,
  variables: NodeJS.ProcessEnv,
): string {
  const agent = randomBytes(16).toString('hex');
  const agentDirectory = createJobDirectory(base, agent);
  writeJobDescription(agentDirectory.path, 'agent', []);
  createJobSegment(libc, { directory: agentDirectory.path, size: 1 }).close();
  // Handed over open: others may watch the agent before it has begun, and must not take it for dead.
  const alive = makeAlivePipe(libc, agentDirectory.path);
  writeAgentOfJob(path, agent);
  const child = spawn(process.execPath, [AGENT_PROGRAM, agent, job], {
    // A session of its own: no terminal's signal ends it before it has ended what it started.
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', alive],
    env: variables,
  });
  closeSync(alive);
  // One that cannot start is as good as one that is killed at once: its pipe tells of both.
  child.on('error', () => undefined);
  child.unref();
  return agent;
}
