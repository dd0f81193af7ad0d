/** Spectra, profiles, waveforms: several series over one x, with bands of one standard deviation where there are errors. */
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import type { LineSeries, LinesPanel } from '../../panel.ts';
import { formatAxis } from '../model/format.ts';
import { dots, steps } from './paths.ts';
import { gapped, shifted, xValues } from './plot-data.ts';
import { Plot, type PlotSeries } from './plot.tsx';

export function Lines({
  panel,
  yScale,
}: {
  readonly panel: LinesPanel;
  readonly yScale: 'linear' | 'log';
}): VNode {
  const drawn = useMemo(() => describe(panel, yScale), [panel, yScale]);
  return (
    <Plot
      {...drawn}
      xLabel={formatAxis(panel.xAxis)}
      yLabel={formatAxis(panel.yAxis)}
      yScale={yScale}
      description={`Lines: ${panel.series.map(({ label }) => label).join(', ')}`}
    />
  );
}

interface Drawn {
  readonly data: uPlot.AlignedData;
  readonly series: readonly PlotSeries[];
  readonly bands: (color: (index: number) => string) => uPlot.Band[];
}

function describe(panel: LinesPanel, yScale: 'linear' | 'log'): Drawn {
  const isLog = yScale === 'log';
  const length = panel.series[0]?.y.length ?? 0;
  const columns = panel.series.map(({ y }) => gapped(y as Float64Array, isLog));
  const series: PlotSeries[] = panel.series.map((line, index) => ({
    label: line.label,
    color: index,
    options: styleOf(line),
  }));
  const bandsAt: (readonly [upper: number, lower: number, color: number])[] = [];
  panel.series.forEach(({ label, y, error }, index) => {
    if (error === undefined || isLog) return;
    bandsAt.push([columns.length + 1, columns.length + 2, index]);
    for (const sign of [1, -1]) {
      columns.push(shifted(y as Float64Array, error as Float64Array, sign));
      series.push({ label: `${label} ${sign}σ` });
    }
  });
  return {
    data: [xValues(panel.x, length), ...columns],
    series,
    bands: (color) =>
      bandsAt.map(([upper, lower, index]) => ({ series: [upper, lower], fill: `${color(index)}33` })),
  };
}

const styleOf =
  ({ style }: LineSeries) =>
  (color: string): Partial<uPlot.Series> => {
    if (style === 'points') return { paths: dots, fill: color, width: 0 };
    return style === 'step' ? { paths: steps } : {};
  };
