/** Points of two quantities, with their correlation. */
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import type { ScatterPanel } from '../../panel.ts';
import { formatAxis, formatCount } from '../model/format.ts';
import { correlation } from './correlation.ts';
import { dots } from './paths.ts';
import { gapped, sortedByX } from './plot-data.ts';
import { Plot } from './plot.tsx';

export function Scatter({ panel }: { readonly panel: ScatterPanel }): VNode {
  const { data, r } = useMemo((): { data: uPlot.AlignedData; r: number } => {
    const [x, y] = sortedByX(panel.x as Float64Array, panel.y as Float64Array);
    return { data: [x, gapped(y)], r: correlation(x, y) };
  }, [panel]);
  return (
    <div class="scatter">
      <Plot
        data={data}
        series={[
          {
            label: panel.yAxis?.label ?? 'y',
            color: 0,
            options: (color) => ({ paths: dots, fill: `${color}b0`, width: 0 }),
          },
        ]}
        xLabel={formatAxis(panel.xAxis)}
        yLabel={formatAxis(panel.yAxis)}
        description={`Scatter plot of ${panel.x.length} points`}
      />
      <p class="readout">
        <span>{formatCount(panel.x.length)} points</span>
        <span>r = {Number.isFinite(r) ? r.toFixed(3) : '–'}</span>
      </p>
    </div>
  );
}
