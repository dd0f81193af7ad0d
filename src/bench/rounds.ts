/**
 * The alternation: in each round every step is run by every participant in turn, so that whatever the machine does
 * meanwhile meets all of them alike. A job that fails is noted and left behind; the others go on.
 */
import { encodeCase, parseRecords } from './bench-case.ts';
import { METRICS } from './metric.ts';
import { nodeStartSeconds } from './participants/node-floor.ts';
import type { Participant, ParticipantId } from './participants/participant.ts';
import type { Row, Step } from './plan.ts';
import { runJob } from './run-job.ts';

/** The values of each row and participant, one for each round that succeeded. */
export type RoundValues = Map<string, Map<ParticipantId, number[]>>;

export interface Failure {
  readonly participant: ParticipantId;
  readonly rows: readonly string[];
  /** In how many rounds. */
  readonly times: number;
  /** Of the last time. */
  readonly message: string;
}

export interface RoundsOptions {
  readonly steps: readonly Step[];
  readonly participants: readonly Participant[];
  readonly rounds: number;
  readonly signal: AbortSignal | undefined;
  /** Called before each job. */
  readonly onProgress: (text: string) => void;
}

const JOB_TIMEOUT_MS = 120_000;

export async function runRounds(
  options: RoundsOptions,
): Promise<{ values: RoundValues; failures: Failure[] }> {
  const { steps, participants, rounds, signal, onProgress } = options;
  const values: RoundValues = new Map();
  const failures: Failure[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const step of steps) {
      if (round > step.roundsMax) continue;
      for (const participant of participants) {
        const rows = step.rows.filter((row) => participant.kinds.has(row.benchCase?.kind ?? 'start-up'));
        if (rows.length === 0) continue;
        onProgress(`round ${round} of ${rounds}: ${step.section}, ${step.ranks} ranks, ${participant.label}`);
        try {
          note(values, participant.id, await measure(participant, step.ranks, rows, signal));
        } catch (error) {
          signal?.throwIfAborted();
          const message = error instanceof Error ? error.message : String(error);
          noteFailure(failures, participant.id, rows, message);
        }
      }
      if (step.section === 'start-up') {
        const seconds = await nodeStartSeconds(step.ranks);
        note(values, 'node', new Map(step.rows.map((row) => [row.id, seconds * 1e3])));
      }
    }
  }
  return { values, failures };
}

/** One job: the value of each of its rows. */
async function measure(
  participant: Participant,
  ranks: number,
  rows: readonly Row[],
  signal: AbortSignal | undefined,
): Promise<Map<string, number>> {
  const cases = rows.flatMap((row) => (row.benchCase === null ? [] : [encodeCase(row.benchCase)]));
  const outcome = await runJob(participant.command(ranks, cases), { timeoutMs: JOB_TIMEOUT_MS, signal });
  const records = parseRecords(outcome.output);
  if (records.length !== cases.length) {
    throw new Error(
      `Cannot count a job of ${participant.label}: ${cases.length} cases were asked for, and it reported on ${records.length}`,
    );
  }
  const values = new Map<string, number>();
  const startUp = { kind: 'latency', bytes: 0, window: 0, ranks, iterations: 1 } as const;
  for (const row of rows) {
    const record = row.benchCase === null ? { ...startUp, seconds: [outcome.wallSeconds] } : records.shift();
    if (record?.ranks !== ranks) {
      throw new Error(
        `Cannot count a job of ${participant.label}: ${ranks} ranks were asked for, and it ran with ${record?.ranks}`,
      );
    }
    values.set(row.id, METRICS[row.metric].value(record));
  }
  return values;
}

function noteFailure(
  failures: Failure[],
  participant: ParticipantId,
  rows: readonly Row[],
  message: string,
): void {
  const ids = rows.map((row) => row.id);
  const index = failures.findIndex((other) => other.participant === participant && other.rows[0] === ids[0]);
  const times = 1 + (failures[index]?.times ?? 0);
  failures.splice(index < 0 ? failures.length : index, 1, { participant, rows: ids, times, message });
}

function note(values: RoundValues, participant: ParticipantId, ofRound: ReadonlyMap<string, number>): void {
  for (const [row, value] of ofRound) {
    const ofRow = values.get(row) ?? new Map<ParticipantId, number[]>();
    values.set(row, ofRow);
    const list = ofRow.get(participant) ?? [];
    ofRow.set(participant, list);
    list.push(value);
  }
}
