/**
 * The alternation: in each round every step is run by every participant in turn, so that whatever the machine does
 * meanwhile meets all of them alike. A job that fails is noted and left behind; the others go on. The row that a job is
 * at when its time is over is too slow: this participant is not asked for it again, and another job measures the rest.
 */
import { encodeCase, parseRecords, type Breakdown, type CaseRecord } from './bench-case.ts';
import { METRICS } from './metric.ts';
import { nodeStartSeconds } from './participants/node-floor.ts';
import type { Participant, ParticipantId } from './participants/participant.ts';
import type { Step } from './plan.ts';
import type { Row } from './row.ts';
import { OverstayError, runJob } from './run-job.ts';

/** The values of each row and participant, one for each round that succeeded. */
export type RoundValues = Map<string, Map<ParticipantId, number[]>>;

export interface Failure {
  readonly participant: ParticipantId;
  readonly rows: readonly string[];
  /** In how many rounds. */
  readonly times: number;
  /** Of the last time. */
  readonly message: string;
  /** The row did not come to its end in the job's time. */
  readonly tooSlow: boolean;
}

export interface RoundsOutcome {
  readonly values: RoundValues;
  readonly failures: Failure[];
  /** By row, of the last round. */
  readonly breakdowns: Map<string, Breakdown>;
}

export interface RoundsOptions {
  readonly steps: readonly Step[];
  readonly participants: readonly Participant[];
  readonly rounds: number;
  readonly signal: AbortSignal | undefined;
  /** Called before each job. */
  readonly onProgress: (text: string) => void;
}

export async function runRounds(options: RoundsOptions): Promise<RoundsOutcome> {
  const { steps, participants, rounds, signal, onProgress } = options;
  const outcome: RoundsOutcome = { values: new Map(), failures: [], breakdowns: new Map() };
  const { values, failures } = outcome;
  for (let round = 1; round <= rounds; round++) {
    for (const step of steps) {
      if (round > step.roundsMax) continue;
      for (const participant of participants) {
        const rows = step.rows.filter(
          (row) =>
            participant.kinds.has(row.benchCase?.kind ?? 'start-up') &&
            !failures.some(
              (failure) =>
                failure.tooSlow && failure.participant === participant.id && failure.rows.includes(row.id),
            ),
        );
        if (rows.length === 0) continue;
        onProgress(`round ${round} of ${rounds}: ${describeStep(step)}, ${participant.label}`);
        await measureRows(participant, step, rows, outcome, signal);
      }
      if (step.section === 'start-up') {
        const seconds = await nodeStartSeconds(step.ranks);
        note(values, 'node', new Map(step.rows.map((row) => [row.id, seconds * 1e3])));
      }
      for (const { id, benchCase } of step.rows) {
        if (benchCase?.kind !== 'spawn') continue;
        note(values, 'node', new Map([[id, (await nodeStartSeconds(benchCase.window)) * 1e3]]));
      }
    }
  }
  return outcome;
}

function describeStep({ section, ranks, rows }: Step): string {
  const kinds = new Set(rows.map((row) => row.benchCase?.kind));
  const [kind] = kinds.size === 1 ? kinds : [];
  return `${kind ?? section}, ${ranks} ranks`;
}

/** Jobs, mostly one, until every row has its value or its failure. */
async function measureRows(
  participant: Participant,
  step: Step,
  rows: readonly Row[],
  outcome: RoundsOutcome,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { values, failures } = outcome;
  const take = (measured: readonly Row[], output: string, wallSeconds: number): void => {
    const records = parseRecords(output);
    records.forEach(({ breakdown }, index) => {
      const id = measured[index]?.id;
      if (id !== undefined && breakdown !== undefined) outcome.breakdowns.set(id, breakdown);
    });
    note(values, participant.id, readValues(participant, measured, records, wallSeconds));
  };
  for (let left = rows; left.length > 0;) {
    try {
      const { output, wallSeconds } = await runJob(participant.command(step.ranks, casesOf(left)), {
        timeoutMs: step.timeoutMs,
        signal,
      });
      take(left, output, wallSeconds);
      return;
    } catch (error) {
      signal?.throwIfAborted();
      await participant.sweep?.();
      const message = error instanceof Error ? error.message : String(error);
      const done = error instanceof OverstayError ? parseRecords(error.output).length : left.length;
      const slow = left[done];
      if (!(error instanceof OverstayError) || slow === undefined) {
        noteFailure(failures, {
          participant: participant.id,
          rows: idsOf(left),
          times: 1,
          message,
          tooSlow: false,
        });
        return;
      }
      take(left.slice(0, done), error.output, 0);
      noteFailure(failures, {
        participant: participant.id,
        rows: [slow.id],
        times: 1,
        message,
        tooSlow: true,
      });
      left = left.slice(done + 1);
    }
  }
}

const casesOf = (rows: readonly Row[]): string[] =>
  rows.flatMap((row) => (row.benchCase === null ? [] : [encodeCase(row.benchCase)]));

const idsOf = (rows: readonly Row[]): string[] => rows.map((row) => row.id);

/** The value of each row, from the records of a job. */
function readValues(
  participant: Participant,
  rows: readonly Row[],
  records: CaseRecord[],
  wallSeconds: number,
): Map<string, number> {
  const cases = casesOf(rows).length;
  if (records.length !== cases) {
    throw new Error(
      `Cannot count a job of ${participant.label}: ${cases} cases were asked for, and it reported on ${records.length}`,
    );
  }
  const values = new Map<string, number>();
  for (const row of rows) {
    const startUp = { kind: 'latency', bytes: 0, window: 0, ranks: row.ranks, iterations: 1 } as const;
    const record = row.benchCase === null ? { ...startUp, seconds: [wallSeconds] } : records.shift();
    if (record?.ranks !== row.ranks) {
      throw new Error(
        `Cannot count a job of ${participant.label}: ${row.ranks} ranks were asked for, and it ran with ${record?.ranks}`,
      );
    }
    values.set(row.id, METRICS[row.metric].value(record));
  }
  return values;
}

/** Once for each participant and rows, with the message of the last time. */
function noteFailure(failures: Failure[], failure: Failure): void {
  const index = failures.findIndex(
    (other) => other.participant === failure.participant && other.rows[0] === failure.rows[0],
  );
  const times = 1 + (failures[index]?.times ?? 0);
  failures.splice(index < 0 ? failures.length : index, 1, { ...failure, times });
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
