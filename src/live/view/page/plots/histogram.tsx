/** Counts in bins, and a threshold that can be dragged, or moved with the arrow keys. */
import type { VNode } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import type { HistogramPanel } from '../../panel.ts';
import { formatAxis, formatCount, formatNumber } from '../model/format.ts';
import { usePage } from '../model/page-context.ts';
import { steps } from './paths.ts';
import { gapped } from './plot-data.ts';
import { Plot } from './plot.tsx';

interface HistogramProps {
  readonly topic: string;
  readonly panel: HistogramPanel;
  readonly yScale: 'linear' | 'log';
}

export function Histogram({ topic, panel, yScale }: HistogramProps): VNode {
  const { edges, counts, below = 0, above = 0 } = panel;
  const data = useMemo((): uPlot.AlignedData => {
    const heights = Array.from(counts as Float64Array);
    // The last step ends at the last edge.
    return [
      Float64Array.from(edges as Float64Array),
      gapped([...heights, heights.at(-1) ?? 0], yScale === 'log'),
    ];
  }, [panel, yScale]);
  const total = useMemo(() => (counts as Float64Array).reduce((sum, count) => sum + count, 0), [panel]);
  const [plot, setPlot] = useState<uPlot | undefined>(undefined);
  return (
    <div class="histogram">
      <Plot
        data={data}
        series={[
          {
            label: 'counts',
            color: 0,
            options: (color) => ({ paths: steps, fill: `${color}2e`, width: 1.25 }),
          },
        ]}
        xLabel={formatAxis(panel.xAxis)}
        yLabel=""
        yScale={yScale}
        yRange={fromZero}
        hooks={{ ready: [setPlot] }}
        description={`Histogram of ${formatCount(total)} entries`}
      />
      <p class="readout">
        <span>
          {formatCount(total)} entries
          {below + above > 0 ? `, ${formatCount(below)} below, ${formatCount(above)} above` : ''}
        </span>
        {panel.threshold !== undefined && (
          <Threshold topic={topic} panel={panel} threshold={panel.threshold} plot={plot} />
        )}
      </p>
    </div>
  );
}

interface ThresholdProps {
  readonly topic: string;
  readonly panel: HistogramPanel;
  readonly threshold: NonNullable<HistogramPanel['threshold']>;
  readonly plot: uPlot | undefined;
}

function Threshold({ topic, panel, threshold, plot }: ThresholdProps): VNode {
  const { connection, frames } = usePage();
  const [dragged, setDragged] = useState<number | undefined>(undefined);
  const handle = useRef<HTMLDivElement>(null);
  const set = frames.view?.settings[`${topic}/${threshold.name}`];
  const value = dragged ?? (typeof set === 'number' ? set : threshold.value);
  const edges = panel.edges as Float64Array;
  const [from, to] = [edges[0] ?? 0, edges.at(-1) ?? 1];
  const tell = (wanted: number): void =>
    connection.send({
      type: 'setting',
      topic,
      name: threshold.name,
      value: Math.min(to, Math.max(from, wanted)),
    });

  const area = plot?.over;
  const place =
    plot === undefined || area === undefined ? undefined : area.offsetLeft + plot.valToPos(value, 'x');
  const top = plot === undefined ? 0 : plot.root.offsetTop + (area?.offsetTop ?? 0);
  const onMove = (event: PointerEvent): void => {
    if (plot === undefined || area === undefined || !handle.current?.hasPointerCapture(event.pointerId))
      return;
    setDragged(plot.posToVal(event.clientX - area.getBoundingClientRect().left, 'x'));
  };
  const onEnd = (): void => {
    if (dragged !== undefined) tell(dragged);
    setDragged(undefined);
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    event.stopPropagation();
    tell(value + (step * (to - from)) / (event.shiftKey ? 20 : 200));
  };
  return (
    <>
      <span class="threshold-value">
        {threshold.name} {formatNumber(value)}
      </span>
      {place !== undefined && (
        <div
          ref={handle}
          class="threshold"
          role="slider"
          tabIndex={0}
          aria-label={threshold.name}
          aria-valuemin={from}
          aria-valuemax={to}
          aria-valuenow={value}
          style={{ left: `${place}px`, top: `${top}px`, height: `${area?.clientHeight ?? 0}px` }}
          onPointerDown={(event) => handle.current?.setPointerCapture(event.pointerId)}
          onPointerMove={onMove}
          onPointerUp={onEnd}
          onPointerCancel={onEnd}
          onKeyDown={onKey}
        />
      )}
    </>
  );
}

function fromZero(_plot: uPlot, _min: number | null, max: number | null): uPlot.Range.MinMax {
  return [0, Math.max(1, (max ?? 1) * 1.06)];
}
