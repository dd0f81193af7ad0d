/**
 * The results as text: one table for each section with a column for each participant, then the targets. A cell is the
 * median of the rounds, with the least and the greatest in brackets where the line is wide enough; the last column says how
 * many times better ours is than the best of the others.
 */
import { PEER_IDS } from '../participants/participant.ts';
import type { Section } from '../row.ts';
import type { BenchResults, ParticipantResult, RowResult } from '../results.ts';
import type { Summary } from '../statistics.ts';
import type { Judgement } from '../judgement.ts';
import { alignColumns } from './align-columns.ts';
import { formatNumber } from './number-format.ts';

const SECTION_TITLES: Readonly<Record<Section, string>> = {
  latency: 'Latency: half a round trip of a ping-pong, µs (less is better)',
  bandwidth: 'Bandwidth and message rate: a window of non-blocking messages one way (more is better)',
  collectives:
    'Collectives of doubles, µs each at the slowest rank (less is better); a size is what one rank has, in allgather what it\ncontributes, in alltoall what it sends to each',
  dynamic: 'Dynamic processes: spawning, accepting, and messages over the intercommunicators that come of it',
  live: 'Live: updates of many clients to one master, beside the protocol of mpidata (more is better)',
  idle: 'Processor time of ranks that wait for a message, % of one core (less is better)',
  'start-up': 'Start-up: a job that only starts and ends MPI, wall time, ms (less is better)',
};

/** In the place of a number: the row did not end in its time. */
export const TOO_SLOW = 'too slow';

const FAILURE_LINES_MAX = 8;

const LOAD_WARNING =
  'others were using the processors: these numbers vary, and those of libraries that spin most';

export function renderTables(results: BenchResults, width: number): string {
  const parts = [renderHeader(results)];
  for (const section of new Set(results.rows.map((row) => row.section))) {
    const rows = results.rows.filter((row) => row.section === section);
    parts.push(`${SECTION_TITLES[section]}\n${renderSection(rows, results, width)}`);
  }
  if (results.targets.length > 0) parts.push(renderTargets(results.targets));
  for (const { participant, rows, times, message } of results.failures) {
    const count = times === 1 ? '' : `, ${times} times`;
    const lines = message.split('\n');
    const text = [...lines.slice(0, FAILURE_LINES_MAX), ...(lines.length > FAILURE_LINES_MAX ? ['…'] : [])];
    parts.push(`${participant} failed at ${rows.join(', ')}${count}:\n${indent(text.join('\n'))}`);
  }
  return `${parts.join('\n\n')}\n`;
}

function renderHeader(results: BenchResults): string {
  const { machine } = results;
  const versions = results.participants.map(
    ({ label, version }) => `${label} ${version ?? '(unknown version)'}`,
  );
  const lines = [
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGib} GiB; ${machine.system}; Node ${machine.node}`,
    `${versions.join(', ')}; ${results.date.slice(0, 10)}`,
    `${describeRounds(results.rounds)}; placement of ranks ${results.placement}; load at the start ${machine.load}`,
    ...(machine.load > machine.cores / 4 ? [LOAD_WARNING] : []),
    ...results.leftOut.map(({ label, reason }) => `left out: ${label}: ${reason}`),
  ];
  return lines.join('\n');
}

function describeRounds(rounds: number): string {
  return rounds === 1 ? 'one round' : `medians of ${rounds} alternating rounds (least–greatest)`;
}

function renderSection(
  rows: readonly RowResult[],
  { participants, failures }: BenchResults,
  width: number,
): string {
  const isSlow = (row: RowResult, { id }: ParticipantResult): boolean =>
    failures.some(
      ({ tooSlow, participant, rows: ids }) => tooSlow && participant === id && ids.includes(row.id),
    );
  const columns = participants.filter(({ id }) => rows.some((row) => row.values[id] !== undefined));
  if (columns.length === 0) return '  no results';
  const mixed = new Set(rows.map((row) => row.unit)).size > 1;
  const table = (withRange: boolean): string => {
    const hasLead = rows.some((row) => renderLead(row) !== '');
    const head = ['', ...columns.map(({ label }) => label), ...(hasLead ? ['ahead'] : [])];
    const body = rows.map((row) => [
      mixed ? `${row.label}, ${row.unit}` : row.label,
      ...columns.map((column) =>
        isSlow(row, column) ? TOO_SLOW : renderCell(row.values[column.id], withRange),
      ),
      renderLead(row),
    ]);
    return alignColumns([head, ...body]);
  };
  const wide = table(true);
  return wide.split('\n').every((line) => line.length <= width) ? wide : table(false);
}

function renderCell(summary: Summary | undefined, withRange: boolean): string {
  if (summary === undefined) return '–';
  const middle = formatNumber(summary.median);
  return withRange && summary.values.length > 1
    ? `${middle} (${formatNumber(summary.min)}–${formatNumber(summary.max)})`
    : middle;
}

/** How many times better ours (blocking) is than the best of the other libraries; below 1 it is behind. */
function renderLead(row: RowResult): string {
  const ours = row.values.parley?.median;
  const others = PEER_IDS.flatMap((id) => row.values[id]?.median ?? []);
  if (ours === undefined || others.length === 0) return '';
  const lead = row.better === 'lower' ? Math.min(...others) / ours : ours / Math.max(...others);
  return `× ${formatNumber(lead)}`;
}

function renderTargets(targets: readonly Judgement[]): string {
  const met = targets.filter((target) => target.met).length;
  const lines = targets.map((target) => [
    `${target.met ? '✔' : '✘'} ${target.label}`,
    `${formatNumber(target.ours)} ${target.unit}`,
    target.wanted,
    formatNumber(target.theirs),
    formatNumber(target.ratio),
  ]);
  const table = alignColumns([['', 'ours', 'wanted', 'theirs', 'ratio'], ...lines]);
  return `Targets: ${met} of ${targets.length} met\n${table}`;
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
