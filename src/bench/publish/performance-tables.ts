/**
 * The published results as Markdown: for each section what it was measured on, and a table of medians with a column for
 * each library. They stand between two marks in docs/performance.md; the rest of that page is written by hand.
 */
import { collectiveChartName, SIZE_OF } from '../report/charts.ts';
import { COLLECTIVE_RANKS, MEASURED_VERBS } from '../collective-rows.ts';
import { formatNumber } from '../report/number-format.ts';
import { TOO_SLOW } from '../report/tables.ts';
import type { BenchResults, ParticipantResult, RowResult } from '../results.ts';
import { SECTIONS, type Section } from '../row.ts';

export const TABLES_BEGIN = '<!-- tables: written by npm run bench -- --publish -->';
export const TABLES_END = '<!-- end of tables -->';

export type PublishedResults = ReadonlyMap<Section, BenchResults>;

const TITLES: Readonly<Record<Section, string>> = {
  latency: 'Latency: half a round trip',
  bandwidth: 'Bandwidth and message rate',
  collectives: 'Collectives',
  dynamic: 'Dynamic processes',
  live: 'Updates of many clients to one master',
  idle: 'Processor time of ranks that wait',
  'start-up': 'Start-up',
};

const LINE_CHARTS: Readonly<Record<Section, readonly string[]>> = {
  latency: ['latency.svg', 'ping-pong-bandwidth.svg'],
  bandwidth: ['bandwidth.svg'],
  collectives: MEASURED_VERBS.flatMap((verb) =>
    COLLECTIVE_RANKS.map((ranks) => collectiveChartName(verb, ranks)),
  ),
  dynamic: [],
  live: [],
  idle: [],
  'start-up': [],
};

/** The page with the tables of these results between its marks. */
export function withTables(page: string, published: PublishedResults): string {
  const begin = page.indexOf(TABLES_BEGIN);
  const end = page.indexOf(TABLES_END);
  if (begin < 0 || end < begin) {
    throw new Error(
      `Cannot write the tables: the page has no "${TABLES_BEGIN}" with "${TABLES_END}" after it`,
    );
  }
  const parts = SECTIONS.flatMap((section) => {
    const results = published.get(section);
    return results === undefined ? [] : [renderSection(section, results)];
  });
  const tables = parts.length === 0 ? 'Nothing has been published yet.' : parts.join('\n\n');
  return `${page.slice(0, begin + TABLES_BEGIN.length)}\n\n${tables}\n\n${page.slice(end)}`;
}

function renderSection(section: Section, results: BenchResults): string {
  const charts = LINE_CHARTS[section].map(
    (name) => `![${name.replace('.svg', '')}](../bench/results/${name})`,
  );
  return [
    `### ${TITLES[section]}`,
    describeRun(results),
    section === 'collectives' ? renderCollectives(results) : renderTable(results.rows, results, 'size'),
    ...(charts.length === 0 ? [] : [charts.join('\n')]),
  ].join('\n\n');
}

function describeRun({ machine, participants, rounds, date, leftOut }: BenchResults): string {
  const versions = participants.map(({ label, version }) => `${label} ${version ?? ''}`.trim());
  const missing = leftOut.length === 0 ? '' : ` Left out: ${leftOut.map(({ label }) => label).join(', ')}.`;
  return (
    `${machine.processor}, ${machine.cores} cores, ${machine.system}, Node ${machine.node}; ` +
    `${rounds === 1 ? 'one round' : `medians of ${rounds} alternating rounds`}; ${date.slice(0, 10)}, load ${machine.load} before. ${versions.join(', ')}.${missing}`
  );
}

function renderCollectives(results: BenchResults): string {
  const barriers = results.rows.filter((row) => row.id.startsWith('barrier-'));
  const ofVerbs = MEASURED_VERBS.map((verb) => {
    const rows = results.rows.filter((row) => row.id.startsWith(`${verb}-`));
    return rows.length === 0
      ? ''
      : `**${verb}**, the size is ${SIZE_OF[verb]}:\n\n${renderTable(rows, results, verb)}`;
  });
  const ofBarriers = barriers.length === 0 ? '' : renderTable(barriers, results, '');
  return [ofBarriers, ...ofVerbs].filter((text) => text !== '').join('\n\n');
}

/** A column for each participant; then ours by the better of the two C libraries, and whether that is at most 1. */
function renderTable(rows: readonly RowResult[], results: BenchResults, head: string): string {
  const { participants, failures } = results;
  const columns = participants.filter(({ id }) => rows.some((row) => row.values[id] !== undefined));
  const isSlow = (row: RowResult, { id }: ParticipantResult): boolean =>
    failures.some(
      ({ tooSlow, participant, rows: ids }) => tooSlow && participant === id && ids.includes(row.id),
    );
  const judged = rows.some((row) => ratioOf(row) !== undefined);
  const lines = rows.map((row) => {
    const cells = columns.map((column) => {
      const summary = row.values[column.id];
      return summary === undefined ? (isSlow(row, column) ? TOO_SLOW : '–') : formatNumber(summary.median);
    });
    const ratio = ratioOf(row);
    const judgement = ratio === undefined ? ['–', ''] : [formatNumber(ratio), ratio <= 1 ? 'yes' : 'no'];
    return [`${row.label}, ${row.unit}`, ...cells, ...(judged ? judgement : [])];
  });
  return markdownTable([
    [head, ...columns.map(({ label }) => label), ...(judged ? ['ratio', 'met'] : [])],
    ...lines,
  ]);
}

/** Ours by the better of Open MPI and MPICH, so that at most 1 is wanted. */
function ratioOf({ values, better }: RowResult): number | undefined {
  const ours = values.parley?.median;
  const theirs = [values['open-mpi']?.median, values.mpich?.median].filter((value) => value !== undefined);
  if (ours === undefined || theirs.length === 0) return undefined;
  return better === 'lower' ? ours / Math.min(...theirs) : Math.max(...theirs) / ours;
}

/** As prettier aligns it: the first column to the left, the others to the right. */
function markdownTable([head = [], ...lines]: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...lines].map((line) => line[column]?.length ?? 0)),
  );
  const row = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (column === 0 ? (cells[column] ?? '').padEnd(width) : (cells[column] ?? '').padStart(width))).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [row(head), row(rule), ...lines.map(row)].join('\n');
}
