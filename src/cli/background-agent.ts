/**
 * The agent of a process that was started by itself (`node app.ts`), in the background:
 *
 *     node background-agent.js AGENT JOB
 *
 * It takes over the directory that the process has made for it, starts what the process wants to spawn, and ends with the
 * last process that it serves. The output of what it starts goes where that of the process goes.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { isatty } from 'node:tty';
import { watchAlivePipe } from '../pmi/alive-pipe.ts';
import { RankState } from '../pmi/job-board.ts';
import { removeJobDirectory } from '../pmi/job-directory.ts';
import { Agent } from '../runtime/agent.ts';
import { GRACE_MS_DEFAULT, type JobSpec } from '../runtime/job-spec.ts';
import { runningNode } from '../pmi/node-runtime.ts';
import { SLOTS_VARIABLE, slotCount } from '../pmi/slot-count.ts';
import { type OutputEnd, outputEnds } from '../runtime/output/output-end.ts';
import { rankLabel, wantsColours } from '../runtime/output/rank-label.ts';
import type { OutputPort } from '../runtime/rank-output.ts';
import type { JobPorts } from '../runtime/running-job.ts';
import { SpawnService } from '../runtime/spawn-service.ts';
import { openJobSegment } from '../transport/shared-memory/job-segment.ts';
import { tellWatchers } from '../transport/shared-memory/watchers.ts';
import { reportMessage } from './job-messages.ts';
import { warmCount } from './warm-count.ts';

const [agentId = '', job = ''] = process.argv.slice(2);

const ends = outputEnds(isatty(1), isatty(2));
// The process writes there, too, past its agent: so no begun line goes out before it has to.
for (const end of [ends.stdout, ends.stderr]) end.join(job);

function outputPort(
  target: NodeJS.WriteStream,
  descriptor: number,
  end: OutputEnd,
  number: number,
): OutputPort {
  const isTerminal = isatty(descriptor);
  return { target, isTerminal, end, label: isTerminal ? rankLabel(wantsColours(process.env), number) : null };
}

const outputOf = (number: number): JobPorts['output'] => ({
  stdout: outputPort(process.stdout, 1, ends.stdout, number),
  stderr: outputPort(process.stderr, 2, ends.stderr, number),
});

const ports: JobPorts = {
  output: outputOf(0),
  spawnedOutput: outputOf,
  input: () => Readable.from([]),
  report: (report, running) => {
    running.note(reportMessage(report, `${SLOTS_VARIABLE} says how many there are`));
  },
};

/** How everything that the process spawns is run. */
const spec: JobSpec = {
  job,
  groups: [],
  // The process has checked it.
  slots: slotCount(process.env, availableParallelism()),
  oversubscribe: true,
  warm: warmWanted(),
  node: runningNode(),
  keepGoing: false,
  timeLimitMs: null,
  graceMs: GRACE_MS_DEFAULT,
  stdin: 'none',
  outputDirectory: null,
  variables: process.env,
  workingDirectory: process.cwd(),
  origin: null,
};

// Whoever reads the output may be gone: that ends nobody who does not write.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

/** A setting that cannot be met must not keep the process from spawning. */
function warmWanted(): number {
  try {
    return warmCount(process.env);
  } catch (error) {
    process.stderr.write(`parley: ${(error as Error).message}; none waits\n`);
    return 0;
  }
}

const agent = new Agent({
  variables: process.env,
  warm: spec.warm,
  onGuardLost: () => undefined,
  onAbort: (aborted) => {
    if (aborted === job && goesOn(segment.board.stateOf(0))) process.kill(segment.board.pidOf(0), 'SIGTERM');
  },
  onForeignLost: () => {
    segment.notifyOfLostJobs();
  },
  adopted: agentId,
});
const spawning = new SpawnService(agent, spec, ports);
const path = join(agent.base, job);
const segment = openJobSegment(agent.libc, path);
agent.openDoor(spawning.keeper);

// `parley clean` asks so: then its jobs end in good order, and it with the last process that it serves.
process.on('SIGTERM', () => {
  for (const one of agent.jobs) one.terminate('SIGTERM');
});

/** Its number may be a stranger's when it has ended. */
function goesOn(state: RankState): boolean {
  return state === RankState.RUNNING || state === RankState.FINALIZED;
}

watchAlivePipe(path, () => {
  const { board } = segment;
  const orderly = board.stateOf(0) === RankState.FINALIZED;
  board.markEnded(0, {
    state: orderly ? RankState.ENDED : RankState.FAILED,
    exitCode: orderly ? 0 : 1,
    signal: 0,
  });
  tellWatchers(agent.libc, path);
  removeJobDirectory({ job, base: agent.base, path });
  agent.ownerEnded(job);
  void agent.allOver().then(async () => {
    await agent.close();
    // Not before: the agent goes on for those that its process has left behind, and hears of aborts and lost jobs, too.
    segment.close();
    process.exit(0);
  });
});
