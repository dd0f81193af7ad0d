/**
 * Starts a job on this host, with an agent of its own. Nothing here knows of terminals or command lines: a command line and a
 * program start jobs alike.
 *
 *   start guard ─ make the agent's ground ─ find programs ─ make the job's ground ─ start ranks ─ watch ─ wind up
 *   └───────────── agent.ts ─────────────┘ └────────────────── agent.ts ─────────────────────┘ └── job-agent.ts ─┘
 */
import { Agent } from './agent.ts';
import type { JobSpec } from './job-spec.ts';
import { resolveGroups } from './rank-plans.ts';
import type { JobPorts, RunningJob } from './running-job.ts';
import { SpawnService } from './spawn-service.ts';
import { UniverseJob } from './universe-job.ts';

/** Starts a job. Throws LaunchError or MPIError where nothing could be started. */
export function launchJob(spec: JobSpec, ports: JobPorts): RunningJob {
  // Nothing is made for a job that cannot start.
  resolveGroups(spec, spec.node);
  const started: { job?: UniverseJob } = {};
  const agent = new Agent({
    variables: spec.variables,
    warm: spec.warm,
    onGuardLost: (reason) => {
      if (started.job !== undefined) ports.report({ type: 'guardLost', reason }, started.job);
    },
  });
  try {
    const first = agent.launch(spec, ports);
    const spawning = new SpawnService(agent, spec, ports);
    const job = new UniverseJob(agent, first, spawning);
    started.job = job;
    const { swept, base } = agent;
    if (swept.length > 0) ports.report({ type: 'swept', jobs: swept, directory: base }, job);
    agent.openDoor(spawning.keeper);
    return job;
  } catch (error) {
    void agent.close();
    throw error;
  }
}
