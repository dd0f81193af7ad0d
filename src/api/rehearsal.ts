/**
 * What a process that waits ready does before it waits: it plays a spawn, all parts of it by itself, in directories of its own.
 * So whatever the start of a rank runs has run before, and is compiled.
 *
 *     parent ◄── first message, disconnect ──► child
 *        └──────── watch ──► agent ◄── watch ────┘
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { CommunicatorCore } from '../communicators/communicator-core.ts';
import { processId } from '../model/process-id.ts';
import type { ParentRecord } from '../pmi/agent-messages.ts';
import { createJobDirectory, removeJobDirectory, type JobDirectory } from '../pmi/job-directory.ts';
import { encodeJobEnvironment } from '../pmi/job-environment.ts';
import { writeAgentOfJob } from '../pmi/job-record.ts';
import { writeParentRecord } from '../pmi/parent-file.ts';
import { loadLibc, type Libc } from '../system/libc.ts';
import { createJobSegment } from '../transport/shared-memory/job-segment.ts';
import { RING_BYTES_MIN } from '../transport/shared-memory/ring-layout.ts';
import { watchJob } from '../transport/shared-memory/watchers.ts';
import { Intercommunicator } from './intracommunicator.ts';
import { MpiProcess } from './mpi-process.ts';

/** After a few times nothing gets faster any more. */
const ROUNDS = 3;

/** `directory` belongs to the agent, which removes it with all that a process leaves there that was killed. */
export async function rehearse(directory: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round++)
    await playSpawn(join(directory, `rehearsal-${String(process.pid)}`));
  collectGarbage();
}

/** What the rehearsals have left: its collection would fall into the start. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  setFlagsFromString('--no-expose-gc');
}

async function playSpawn(base: string): Promise<void> {
  const stage = new Stage(base);
  try {
    const agent = stage.enter(null);
    const parent = stage.enter(null);
    const contextId = parent.maker.contextIds.next();
    const child = stage.enter({ parents: [parent.engine.self], contextId });
    const ids = [[parent.engine.self], [child.engine.self]] as const;
    const children = new Intercommunicator(
      parent,
      new CommunicatorCore(parent.maker, contextId, ids[0], ids[1], ''),
      parent.newAttributes(),
    );
    const parents = child.parent;
    if (parents === null) return;
    await Promise.all([parents.send({ hello: 'world' }, 0), children.recv()]);
    await Promise.all([children.send(Float64Array.of(1), 0), parents.recv()]);
    await Promise.all([children.disconnect(), parents.disconnect()]);
    await Promise.all([agent, parent, child].map((member) => member.finalize()));
  } finally {
    stage.clear();
  }
}

/** Directories of jobs of one process each, as their agent makes them. */
class Stage {
  readonly #base: string;
  readonly #libc: Libc = loadLibc();
  readonly #directories: JobDirectory[] = [];
  readonly #agent = randomBytes(16).toString('hex');

  constructor(base: string) {
    this.#base = base;
  }

  /** The process of the next job; the first is the agent. */
  enter(origin: ParentRecord | null): MpiProcess {
    const job = this.#directories.length === 0 ? this.#agent : randomBytes(16).toString('hex');
    const directory = createJobDirectory(this.#base, job);
    this.#directories.push(directory);
    const segment = createJobSegment(this.#libc, {
      directory: directory.path,
      size: 1,
      ringBytes: RING_BYTES_MIN,
    });
    writeAgentOfJob(directory.path, this.#agent);
    watchJob(directory.path, processId(this.#agent, 0));
    if (origin !== null) writeParentRecord(directory.path, origin);
    const { ringBytes } = segment;
    segment.close();
    return new MpiProcess({
      // The polls of one would keep the others from answering, and how much is inlined is for the program to say.
      PARLEY_SPINS: '0',
      PARLEY_COMPILER: 'default',
      ...encodeJobEnvironment({
        agent: this.#agent,
        job,
        directory: directory.path,
        rank: 0,
        size: 1,
        appNumber: 0,
        universeSize: 1,
        ringBytes,
        agentPid: process.ppid,
        spawned: origin !== null,
        errorHandler: '',
      }),
    });
  }

  clear(): void {
    for (const directory of this.#directories) removeJobDirectory(directory);
  }
}
