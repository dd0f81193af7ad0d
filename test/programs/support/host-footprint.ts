/** What a process and its agent hold of their host: descriptors, mappings, files in shared memory, peers and contexts. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Communicator } from '#api/communicator.js';
import type { Engine } from '#engine/engine.js';
import { jobOf } from '#model/process-id.js';
import { jobDirectoryBase, readOwner } from '#pmi/job-directory.js';
import { agentOfJob } from '#pmi/job-record.js';
import { COMM_WORLD } from '#index.js';
import { type Footprint, footprint } from './footprint.ts';

abstract class Inside extends Communicator {
  static engine(): Engine {
    return Communicator.coreOf(COMM_WORLD).maker.engine;
  }
}

export interface HostFootprint {
  readonly own: Footprint;
  /** What has to be the same again. */
  readonly counts: Readonly<Record<string, number>>;
  readonly agentResidentBytes: number;
}

const base = jobDirectoryBase(process.env, process.getuid?.() ?? 0);

/** The process id of this process' agent. */
function agentProcess(): number {
  const agent = agentOfJob(join(base, jobOf(Inside.engine().self)));
  const owner = agent === null ? null : readOwner(join(base, agent));
  if (owner === null) throw new Error('this process has no agent');
  return owner.pid;
}

export async function hostFootprint(): Promise<HostFootprint> {
  const own = await footprint();
  const agent = agentProcess();
  const counts = {
    descriptors: own.descriptors,
    mappings: mappings('self'),
    peers: Inside.engine().peerCount,
    contexts: Inside.engine().contexts.count,
    files: readdirSync(base, { recursive: true }).length,
    'descriptors of the agent': readdirSync(`/proc/${agent}/fd`).length,
    'mappings of the agent': mappings(agent),
  };
  return { own, counts, agentResidentBytes: residentBytes(agent) };
}

/** Segments and rings: what is mapped of shared memory. */
function mappings(pid: number | 'self'): number {
  const lines = readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n');
  return lines.filter((line) => line.includes(base)).length;
}

function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** For code that gets optimised, and the names of the last thousand communicators that are over. */
const HEAP_BYTES_MAX = 2 ** 21;
/** The ends of others are told a little after they have happened. */
const SETTLE_MS_MAX = 20_000;

/** The footprint, as soon as it is that of before; throws where it stays larger. */
export async function expectSameHostFootprint(before: HostFootprint): Promise<HostFootprint> {
  const end = performance.now() + SETTLE_MS_MAX;
  for (;;) {
    const after = await hostFootprint();
    const grown = Object.entries(after.counts).filter(([what, count]) => count > (before.counts[what] ?? 0));
    const heap = after.own.heapBytes - before.own.heapBytes;
    const external = after.own.externalBytes - before.own.externalBytes;
    const agent = after.agentResidentBytes - before.agentResidentBytes;
    const flat = grown.length === 0 && heap < HEAP_BYTES_MAX && external < 2 ** 18 && agent < 2 ** 25;
    if (flat) return after;
    if (performance.now() > end) {
      const told = JSON.stringify({ before, after }, null, 1);
      throw new Error(`it has grown: ${grown.map(([what]) => what).join(', ')} ${told}`);
    }
    await delay(20);
  }
}
