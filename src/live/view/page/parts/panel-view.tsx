/** One topic in its frame: chooses what draws it. */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { ImageView } from '../image/image-panel.tsx';
import { useFrame, usePage } from '../model/page-context.ts';
import { Difference } from '../plots/difference.tsx';
import { Histogram } from '../plots/histogram.tsx';
import { Lines } from '../plots/lines.tsx';
import { Scatter } from '../plots/scatter.tsx';
import { StripChart } from '../plots/strip.tsx';
import { Clients } from '../tables/clients.tsx';
import { Controls } from '../tables/controls.tsx';
import { Scalars } from '../tables/scalars.tsx';
import { PanelFrame } from './panel-frame.tsx';
import { isShown, type ShownPanel, sizeOf, tracksOf } from './panel-size.ts';

type Scale = 'linear' | 'log';

interface PanelViewProps {
  readonly name: string;
  readonly alarm: 'warning' | 'alarm' | undefined;
  readonly isEnlarged: boolean;
  readonly onEnlarge: () => void;
}

export function PanelView({ name, alarm, isEnlarged, onEnlarge }: PanelViewProps): VNode | null {
  const frame = useFrame(name);
  const [ownScale, setScale] = useState<Scale | undefined>(undefined);
  if (frame === undefined || !isShown(frame.panel)) return null;
  const { panel, version } = frame;
  const declared = 'yScale' in panel ? panel.yScale : undefined;
  const scale = ownScale ?? declared ?? 'linear';
  const canBeLog = panel.kind === 'lines' || panel.kind === 'histogram' || panel.kind === 'strip';
  return (
    <PanelFrame
      topic={name}
      title={panel.title ?? name}
      note={panel.note ?? ''}
      size={sizeOf(panel)}
      tracks={tracksOf(panel)}
      kind={panel.kind}
      version={version}
      alarm={alarm}
      isEnlarged={isEnlarged}
      onEnlarge={onEnlarge}
      tools={canBeLog && <ScaleSwitch scale={scale} onScale={setScale} />}
    >
      <Content name={name} panel={panel} version={version} scale={scale} />
    </PanelFrame>
  );
}

interface ContentProps {
  readonly name: string;
  readonly panel: ShownPanel;
  readonly version: number;
  readonly scale: Scale;
}

function Content({ name, panel, version, scale }: ContentProps): VNode {
  const { frames } = usePage();
  switch (panel.kind) {
    case 'image':
    case 'histogram2d':
      return <ImageView topic={name} panel={panel} version={version} />;
    case 'lines':
      return <Lines panel={panel} yScale={scale} />;
    case 'histogram':
      return <Histogram topic={name} panel={panel} yScale={scale} />;
    case 'strip':
      return <StripChart panel={panel} yScale={scale} />;
    case 'scatter':
      return <Scatter panel={panel} />;
    case 'difference':
      return <Difference topic={name} panel={panel} />;
    case 'scalars':
      return <Scalars topic={name} panel={panel} alarms={frames.alarms} />;
    case 'controls':
      return <Controls topic={name} panel={panel} />;
    case 'clients':
      return <Clients panel={panel} />;
    case 'text':
      return <p class="text">{panel.text}</p>;
  }
}

function ScaleSwitch({
  scale,
  onScale,
}: {
  readonly scale: Scale;
  readonly onScale: (scale: Scale) => void;
}): VNode {
  const isLog = scale === 'log';
  return (
    <button
      type="button"
      class="tool tool-text"
      data-scale-switch
      aria-pressed={isLog}
      title="Logarithmic scale (l)"
      onClick={() => onScale(isLog ? 'linear' : 'log')}
    >
      log
    </button>
  );
}
