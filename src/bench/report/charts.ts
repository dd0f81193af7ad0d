/**
 * Which plots a run of the benchmark gives: latency and bandwidth over the message size, and bars for the rest.
 */
import { COLLECTIVE_RANKS, MEASURED_VERBS } from '../collective-rows.ts';
import type { BenchResults, ParticipantResult, RowResult } from '../results.ts';
import { renderBarChart, type Panel } from './svg-bar-chart.ts';
import { renderLineChart, type Series } from './svg-line-chart.ts';

/** What the sizes of each verb are. */
export const SIZE_OF: Readonly<Record<(typeof MEASURED_VERBS)[number], string>> = {
  bcast: 'the buffer',
  reduce: "each rank's buffer",
  allreduce: "each rank's buffer",
  allgather: 'what each rank contributes',
  alltoall: 'what each rank sends to each',
};

/** The rows that the overview shows. */
const OVERVIEW =
  /^(latency-8|object|rate|barrier-\d+|[a-z]+-(8|1048576)-\d+|live-[a-z]+|idle-\d+|start-up-\d+)$/;

/** File names and their contents; a plot that this run has no numbers for is left out. */
export function drawCharts(results: BenchResults): Map<string, string> {
  const charts = new Map<string, string>();
  const note = describeRun(results);

  const latencyRows = results.rows.filter((row) => row.id.startsWith('latency-') && (row.bytes ?? 0) > 0);
  const latency = seriesOf(results.participants, latencyRows, (bytes, microseconds) => ({
    x: bytes,
    y: microseconds,
  }));
  if (latency.length > 0) {
    charts.set(
      'latency.svg',
      renderLineChart({
        title: 'Latency between two processes of one host (less is better)',
        note,
        xLabel: 'message',
        yLabel: 'half a round trip, µs',
        series: latency,
      }),
    );
    charts.set(
      'ping-pong-bandwidth.svg',
      renderLineChart({
        title: 'Bandwidth of a ping-pong, one message at a time (more is better)',
        note,
        xLabel: 'message',
        yLabel: 'GB/s',
        series: seriesOf(results.participants, latencyRows, (bytes, microseconds) => ({
          x: bytes,
          y: bytes / microseconds / 1e3,
        })),
      }),
    );
  }

  const bandwidth = seriesOf(
    results.participants,
    results.rows.filter((row) => row.id.startsWith('bandwidth-')),
    (bytes, gigabytes) => ({ x: bytes, y: gigabytes }),
  );
  if (bandwidth.length > 0) {
    charts.set(
      'bandwidth.svg',
      renderLineChart({
        title: 'Bandwidth with a window of non-blocking messages (more is better)',
        note,
        xLabel: 'message',
        yLabel: 'GB/s',
        series: bandwidth,
      }),
    );
  }

  for (const [name, chart] of collectiveCharts(results)) charts.set(name, chart);

  const panels = results.rows
    .filter((row) => OVERVIEW.test(row.id))
    .flatMap((row) => panelOf(row, results.participants));
  if (panels.length > 0) {
    const title = 'Latency, message rate, collectives, idling, start-up';
    charts.set('overview.svg', renderBarChart(title, `${note} · less is better, but for the rate`, panels));
  }
  return charts;
}

/** One plot for each verb and number of ranks that was measured at several sizes. */
function collectiveCharts(results: BenchResults): Map<string, string> {
  const charts = new Map<string, string>();
  for (const verb of MEASURED_VERBS) {
    for (const ranks of COLLECTIVE_RANKS) {
      const rows = results.rows.filter((row) => row.id.startsWith(`${verb}-`) && row.ranks === ranks);
      const series = seriesOf(results.participants, rows, (bytes, microseconds) => ({
        x: bytes,
        y: microseconds,
      }));
      if (rows.length < 2 || series.length === 0) continue;
      const chart = renderLineChart({
        title: `${capitalize(verb)} of doubles, ${ranks} ranks (less is better)`,
        note: describeRun(results),
        xLabel: SIZE_OF[verb],
        yLabel: 'time of one at the slowest rank, µs',
        series,
      });
      charts.set(collectiveChartName(verb, ranks), chart);
    }
  }
  return charts;
}

/** `bcast-4-ranks.svg`. */
export function collectiveChartName(verb: string, ranks: number): string {
  return `${verb}-${ranks}-ranks.svg`;
}

function describeRun({ machine, rounds, date }: BenchResults): string {
  const method = rounds === 1 ? 'one round' : `medians of ${rounds} rounds`;
  return `${machine.processor}, ${machine.cores} cores · Node ${machine.node} · ${method} · ${date.slice(0, 10)}`;
}

function seriesOf(
  participants: readonly ParticipantResult[],
  rows: readonly RowResult[],
  toPoint: (bytes: number, value: number) => { x: number; y: number },
): Series[] {
  return participants.flatMap(({ id, label }) => {
    const points = rows.flatMap((row) => {
      const summary = row.values[id];
      return summary === undefined || row.bytes === null ? [] : [toPoint(row.bytes, summary.median)];
    });
    return points.length === 0 ? [] : [{ id, label, points }];
  });
}

const PANEL_TITLES: Readonly<Record<string, string>> = {
  'latency-8': 'Half round trip of 8 B',
  object: 'Half round trip of a small object',
  rate: 'Messages of 8 B, window of 64',
  'idle-8': 'Processor time of 8 waiting ranks',
  'start-up-4': 'Start and end of 4 ranks',
};

function panelOf(row: RowResult, participants: readonly ParticipantResult[]): Panel[] {
  const bars = participants.flatMap(({ id, label }) => {
    const summary = row.values[id];
    return summary === undefined
      ? []
      : [{ id, label, value: summary.median, low: summary.min, high: summary.max }];
  });
  return bars.length === 0
    ? []
    : [{ title: PANEL_TITLES[row.id] ?? capitalize(row.label), unit: row.unit, bars }];
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
