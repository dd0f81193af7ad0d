/** A strip chart: values over the time of the clock. */
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import type { StripFrame } from '../../wire/view-topics.ts';
import { formatAxis } from '../model/format.ts';
import { gapped } from './plot-data.ts';
import { Plot } from './plot.tsx';

export function StripChart({
  panel,
  yScale,
}: {
  readonly panel: StripFrame;
  readonly yScale: 'linear' | 'log';
}): VNode {
  const data = useMemo(
    (): uPlot.AlignedData => [
      panel.times.map((time) => time / 1000),
      ...panel.columns.map((column) => gapped(column, yScale === 'log')),
    ],
    [panel, yScale],
  );
  return (
    <Plot
      data={data}
      series={panel.series.map((label, index) => ({
        label,
        color: index,
        options: () => ({ spanGaps: true }),
      }))}
      xLabel=""
      yLabel={formatAxis(panel.yAxis)}
      isTime
      yScale={yScale}
      description={`Strip chart of ${panel.series.join(', ')}`}
    />
  );
}
