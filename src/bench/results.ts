/**
 * What a run of the benchmark found: the object that is written as `latest.json`, and that tables and plots are drawn from.
 */
import type { Breakdown } from './bench-case.ts';
import type { Machine } from './machine.ts';
import type { ParticipantId } from './participants/participant.ts';
import type { Section } from './row.ts';
import type { Failure } from './rounds.ts';
import type { Summary } from './statistics.ts';
import type { Judgement } from './judgement.ts';

export interface BenchResults {
  /** ISO 8601. */
  readonly date: string;
  readonly machine: Machine;
  readonly rounds: number;
  readonly placement: 'left to the system' | 'rank modulo cores';
  readonly participants: readonly ParticipantResult[];
  /** Peers that were asked for and could not take part. */
  readonly leftOut: readonly { readonly label: string; readonly reason: string }[];
  readonly rows: readonly RowResult[];
  readonly targets: readonly Judgement[];
  readonly failures: readonly Failure[];
}

export interface ParticipantResult {
  readonly id: ParticipantId;
  readonly label: string;
  readonly version: string | null;
  /** What is set for it. */
  readonly settings: string;
}

export interface RowResult {
  readonly id: string;
  readonly section: Section;
  readonly label: string;
  readonly ranks: number;
  /** Bytes of one message; null where the row has none. */
  readonly bytes: number | null;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  readonly values: Readonly<Partial<Record<ParticipantId, Summary>>>;
  /** Where our own time went, in the last round. */
  readonly breakdown?: Breakdown;
}
