/**
 * The benchmark as a whole: finds or installs the peers, builds their programs, runs the rounds, judges, and tidies up.
 */
import { chmod, copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Breakdown } from './bench-case.ts';
import { describeMachine } from './machine.ts';
import { METRICS } from './metric.ts';
import { installPackages, missingPrograms } from './participants/debian-packages.ts';
import { lam } from './participants/lam.ts';
import { mpi4py } from './participants/mpi4py.ts';
import { mpich } from './participants/mpich.ts';
import { openMpi } from './participants/open-mpi.ts';
import { ownParticipants } from './participants/parley.ts';
import type { Participant, Peer, PeerId, Workspace } from './participants/participant.ts';
import { planSteps } from './plan.ts';
import type { Row, Scale, Section } from './row.ts';
import type { BenchResults, ParticipantResult, RowResult } from './results.ts';
import { runRounds, type RoundValues } from './rounds.ts';
import { summarize } from './statistics.ts';
import { judge, TARGETS } from './targets.ts';

export interface BenchOptions {
  readonly scale: Scale;
  readonly rounds: number;
  readonly sections: readonly Section[];
  /** The libraries to measure beside ours. */
  readonly peers: readonly PeerId[];
  /** Bind each rank to a processor, rank modulo processors. */
  readonly pin: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress: (text: string) => void;
  readonly now: () => Date;
}

const PEERS: readonly Peer[] = [openMpi, mpich, lam, mpi4py];
const PACKAGE_ROOT = new URL('../../', import.meta.url);

export async function runBenchmark(options: BenchOptions): Promise<BenchResults> {
  const { signal, onProgress, pin } = options;
  const machine = describeMachine();
  const workspace = await makeWorkspace(pin);
  const participants: Participant[] = [];
  const leftOut: { label: string; reason: string }[] = [];
  try {
    if (pin && (await missingPrograms(['taskset'])).length > 0) {
      throw new Error('Cannot bind ranks to processors: there is no program "taskset"; leave out --pin');
    }
    participants.push(...ownParticipants(workspace, await ownVersion()));
    for (const peer of PEERS.filter(({ id }) => options.peers.includes(id))) {
      onProgress(`preparing ${peer.label}`);
      try {
        participants.push(await preparePeer(peer, workspace, signal));
      } catch (error) {
        signal?.throwIfAborted();
        leftOut.push({ label: peer.label, reason: error instanceof Error ? error.message : String(error) });
      }
    }
    const steps = planSteps(options.scale, options.sections);
    const { values, failures, breakdowns } = await runRounds({
      steps,
      participants,
      rounds: options.rounds,
      signal,
      onProgress,
    });
    const rows = steps
      .flatMap((step) => step.rows)
      .map((row) => toRowResult(row, values, breakdowns.get(row.id)));
    return {
      date: options.now().toISOString(),
      machine,
      rounds: options.rounds,
      placement: pin ? 'rank modulo cores' : 'left to the system',
      participants: withFloor(participants, rows),
      leftOut,
      rows,
      targets: judge(TARGETS, rows),
      failures,
    };
  } finally {
    onProgress('tidying up');
    await Promise.allSettled(participants.map((participant) => participant.close()));
    await rm(workspace.directory, { recursive: true, force: true });
  }
}

async function makeWorkspace(pin: boolean): Promise<Workspace> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-bench-'));
  // A peer that refuses root runs its program from here as another user.
  await chmod(directory, 0o755);
  const peerSources = fileURLToPath(new URL('bench/peers/', PACKAGE_ROOT));
  await copyFile(join(peerSources, 'pin.sh'), join(directory, 'pin.sh'));
  await chmod(join(directory, 'pin.sh'), 0o755);
  return { directory, peerSources, pin };
}

async function ownVersion(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(new URL('package.json', PACKAGE_ROOT), 'utf8'));
  return (manifest as { version: string }).version;
}

async function preparePeer(
  peer: Peer,
  workspace: Workspace,
  signal: AbortSignal | undefined,
): Promise<Participant> {
  if ((await peer.missing()).length > 0) {
    await installPackages(peer.packages, signal);
    const still = await peer.missing();
    if (still.length > 0) throw new Error(`its packages bring no ${still.join(', ')}`);
  }
  return peer.prepare(workspace, signal);
}

function toRowResult(row: Row, values: RoundValues, breakdown: Breakdown | undefined): RowResult {
  const metric = METRICS[row.metric];
  const ofRow = [...(values.get(row.id) ?? [])];
  return {
    id: row.id,
    section: row.section,
    label: row.label,
    ranks: row.ranks,
    bytes: row.benchCase?.bytes ?? null,
    unit: metric.unit,
    better: metric.better,
    values: Object.fromEntries(ofRow.map(([id, list]) => [id, summarize(list)])),
    ...(breakdown === undefined ? {} : { breakdown }),
  };
}

/** Node's own start stands beside the others where it was measured. */
function withFloor(participants: readonly Participant[], rows: readonly RowResult[]): ParticipantResult[] {
  const list: ParticipantResult[] = participants.map(({ id, label, version, settings }) => ({
    id,
    label,
    version: version ?? null,
    settings,
  }));
  if (rows.some((row) => row.values.node !== undefined)) {
    list.push({ id: 'node', label: 'empty Node', version: process.version, settings: 'none' });
  }
  return list;
}
