/**
 * Starts a job on this host. Nothing here knows of terminals or command lines: a command line and a program start
 * jobs alike.
 *
 *   find programs ─ start guard ─ make directory and segment ─ start ranks ─ watch ─ wind up
 *   └─────────────────────── here ──────────────────────────┘ └────── job-agent.ts ───────┘
 */
import { createJobDirectory, jobDirectoryBase, removeJobDirectory } from '../pmi/job-directory.ts';
import { sweepDeadJobs, type JobDirectory } from '../pmi/job-directory.ts';
import { loadLibc } from '../system/libc.ts';
import { createJobSegment } from '../transport/shared-memory/job-segment.ts';
import { startGuard } from './guard.ts';
import { JobAgent } from './job-agent.ts';
import { jobSize, type JobSpec } from './job-spec.ts';
import { currentNode } from './program-resolution.ts';
import { jobMark, makeOutputDirectory, planRanks, resolveGroups } from './rank-plans.ts';
import type { JobPorts, RunningJob } from './running-job.ts';

/** Starts a job. Throws LaunchError or MPIError where nothing could be started. */
export function launchJob(spec: JobSpec, ports: JobPorts): RunningJob {
  const groups = resolveGroups(spec, currentNode());
  makeOutputDirectory(spec);
  const libc = loadLibc();
  const base = jobDirectoryBase(spec.variables, process.getuid?.() ?? 0);
  const started: { agent?: JobAgent } = {};
  // Before there is anything to guard, so that nothing is ever unguarded.
  const guard = startGuard({ base, job: spec.job }, jobMark(spec.job), (reason) => {
    if (started.agent !== undefined) ports.report({ type: 'guardLost', reason }, started.agent);
  });
  let directory: JobDirectory | null = null;
  try {
    directory = createJobDirectory(base, spec.job);
    const swept = sweepDeadJobs(base);
    const segment = createJobSegment(libc, { directory: directory.path, size: jobSize(spec) });
    const place = { directory, ringBytes: segment.ringBytes, agentPid: process.pid };
    const plans = planRanks(spec, groups, place);
    const agent = new JobAgent(spec, ports, { libc, directory, segment, guard, plans });
    started.agent = agent;
    if (swept.length > 0) ports.report({ type: 'swept', jobs: swept, directory: base }, agent);
    agent.start();
    return agent;
  } catch (error) {
    if (directory !== null) removeJobDirectory(directory);
    void guard.dismiss();
    throw error;
  }
}
