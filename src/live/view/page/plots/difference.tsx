/** Two conditions above, their difference below with its band of one standard deviation, and the null test beside. */
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import type { DifferencePanel } from '../../panel.ts';
import { formatAxis, formatCount } from '../model/format.ts';
import { gapped, shifted, xValues } from './plot-data.ts';
import { nullTestVerdict } from './null-test.ts';
import { Plot } from './plot.tsx';

export function Difference({
  topic,
  panel,
}: {
  readonly topic: string;
  readonly panel: DifferencePanel;
}): VNode {
  const { means, difference } = useMemo(() => describe(panel), [panel]);
  const verdict = panel.nullTest === undefined ? undefined : nullTestVerdict(panel.nullTest);
  const xLabel = formatAxis(panel.xAxis);
  const yLabel = formatAxis(panel.yAxis);
  return (
    <div class="difference">
      <Plot
        data={means}
        series={[
          { label: 'on', color: 1 },
          { label: 'off', color: 0 },
        ]}
        xLabel=""
        yLabel={yLabel}
        syncKey={topic}
        description="Means of both conditions"
      />
      <Plot
        data={difference}
        series={[{ label: 'on − off', color: 2 }, { label: '+σ' }, { label: '-σ' }]}
        bands={(color) => [{ series: [2, 3], fill: `${color(2)}33` }]}
        xLabel={xLabel}
        yLabel="difference"
        yRange={aroundZero}
        hooks={{ drawAxes: [drawZero] }}
        syncKey={topic}
        description="Difference with its error"
      />
      <p class="readout">
        <span>
          {formatCount(panel.onCount)} on, {formatCount(panel.offCount)} off
        </span>
        {verdict !== undefined && (
          <span class={`badge ${verdict.isGood ? 'is-good' : 'is-warning'}`} title={verdict.explanation}>
            null test χ²/ndf {verdict.text}
          </span>
        )}
      </p>
    </div>
  );
}

function describe(panel: DifferencePanel): {
  readonly means: uPlot.AlignedData;
  readonly difference: uPlot.AlignedData;
} {
  const [on, off] = [panel.on as Float64Array, panel.off as Float64Array];
  const x = xValues(panel.x, on.length);
  const given = panel.difference as Float64Array | undefined;
  const values = given ?? Float64Array.from(on, (value, index) => value - (off[index] ?? Number.NaN));
  const errors = (panel.error as Float64Array | undefined) ?? new Float64Array(values.length);
  return {
    means: [x, gapped(on), gapped(off)],
    difference: [x, gapped(values), shifted(values, errors, 1), shifted(values, errors, -1)],
  };
}

function aroundZero(_plot: uPlot, min: number | null, max: number | null): uPlot.Range.MinMax {
  const reach = Math.max(Math.abs(min ?? 0), Math.abs(max ?? 0)) * 1.1 || 1;
  return [-reach, reach];
}

function drawZero(plot: uPlot): void {
  const { ctx, bbox } = plot;
  const y = Math.round(plot.valToPos(0, 'y', true)) + 0.5;
  ctx.save();
  ctx.strokeStyle = getComputedStyle(plot.root).getPropertyValue('--text-faint').trim();
  ctx.setLineDash([4, 4]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}
