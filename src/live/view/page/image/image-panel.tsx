/** A live image or two-dimensional histogram: painted, with its colour bar, tools, region of interest and readout. */
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ColorMapName, Region } from '../../panel.ts';
import type { Histogram2DFrame, ImageFrame } from '../../wire/view-topics.ts';
import { formatAxis, formatNumber } from '../model/format.ts';
import { useFrames, usePage, useTheme } from '../model/page-context.ts';
import { useSize } from '../parts/use-size.ts';
import { ColorBar } from './color-bar.tsx';
import { COLOR_MAPS, colorTable } from './color-maps.ts';
import { type Ends, percentiles, steady, usableEnds, valueOf } from './color-scale.ts';
import { ImageOverlay } from './image-overlay.tsx';
import { imageKeys } from './image-keys.ts';
import { initialSettings, type ImageSettings } from './image-settings.ts';
import { type ImageSource, imageSource, placeText } from './image-source.ts';
import { ImageTools } from './image-tools.tsx';
import type { Painting } from './painting.ts';
import { summaryOf } from './region-shape.ts';
import { StageTools } from './stage-tools.tsx';
import { useStage } from './use-stage.ts';

const TABLES = Object.fromEntries(COLOR_MAPS.map((name) => [name, colorTable(name)])) as Readonly<
  Record<ColorMapName, Uint8Array>
>;

interface ImagePanelProps {
  readonly topic: string;
  readonly panel: ImageFrame | Histogram2DFrame;
  readonly version: number;
}

export function ImageView({ topic, panel, version }: ImagePanelProps): VNode {
  const { connection, painter } = usePage();
  const frames = useFrames();
  const theme = useTheme();
  const source = useMemo(() => imageSource(panel), [panel]);
  const [settings, setSettings] = useState(() => initialSettings(panel, panel.kind === 'histogram2d'));
  const [isDrawing, setDrawing] = useState(false);
  const [stageElement, size] = useSize<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const ends = useEnds(source, settings);
  const drawn = frames.view?.regions[topic];
  const region = drawn === undefined ? source.region : drawn;
  const tell = (wanted: Region | null): void => connection.send({ type: 'region', topic, region: wanted });
  const canDraw = panel.kind === 'image';
  const stage = useStage({
    image: source.size,
    canvas: size,
    isStretched: panel.kind === 'histogram2d',
    region,
    isDrawing: isDrawing && canDraw,
    onRegion: (wanted) => {
      tell(wanted);
      setDrawing(false);
    },
  });

  useEffect(() => () => painter.forget(stageElement), [painter, stageElement]);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context === null || context === undefined || size.width === 0) return;
    const ratio = devicePixelRatio;
    const { view } = stage;
    const painting: Painting = {
      codes: source.codes,
      size: source.size,
      view: { ...view, scaleX: view.scaleX * ratio, scaleY: view.scaleY * ratio },
      ends,
      scale: settings.scale,
      table: TABLES[settings.colorMap],
      maskColor: theme === 'dark' ? [40, 44, 50] : [208, 212, 214],
    };
    painter.paint(stageElement, context, painting);
    context.canvas.dataset['version'] = String(version);
    context.canvas.dataset['ends'] = ends.join(' ');
  }, [
    source,
    settings,
    ends,
    size,
    theme,
    stage.view.left,
    stage.view.top,
    stage.view.scaleX,
    stage.view.scaleY,
  ]);

  const onKey = (event: KeyboardEvent): void => {
    if ((event.target as Element).closest('input, select') !== null) return;
    const action = imageKeys(event, {
      settings,
      setSettings,
      stage,
      region,
      source,
      tell,
      setDrawing,
      isDrawing,
      canDraw,
    });
    if (action === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };

  const exact = (isWanted: boolean): void =>
    connection.send({ type: 'format', topic, format: isWanted ? 'f32' : 'u16' });
  return (
    <div class="image" onKeyDown={onKey}>
      <ImageTools settings={settings} ends={ends} onSettings={setSettings} />
      <div class="image-row">
        {source.axes !== undefined && <AxisEnds axis={source.axes.y} side="y" />}
        <div
          class={`stage ${isDrawing ? 'is-drawing' : ''} ${stage.isZoomed || isDrawing ? 'is-held' : ''}`}
          ref={stageElement}
          tabIndex={0}
          onPointerEnter={() => exact(true)}
          onMouseLeave={() => exact(false)}
          {...stage.handlers}
        >
          <canvas
            ref={canvas}
            width={Math.max(1, Math.round(size.width * devicePixelRatio))}
            height={Math.max(1, Math.round(size.height * devicePixelRatio))}
            role="img"
            aria-label={`${topic}: ${source.size.height} rows, ${source.size.width} columns`}
          />
          {size.width > 0 && <ImageOverlay view={stage.view} region={region} draft={stage.draft} />}
          <StageTools
            isDrawing={isDrawing}
            hasRegion={region !== null}
            canDraw={canDraw}
            isZoomed={stage.isZoomed}
            onDrawing={setDrawing}
            onClear={() => tell(null)}
            onReset={stage.reset}
          />
        </div>
        <ColorBar table={TABLES[settings.colorMap]} ends={ends} scale={settings.scale} unit={source.unit} />
      </div>
      {source.axes !== undefined && <AxisEnds axis={source.axes.x} side="x" />}
      <Readout source={source} cursor={stage.cursor} region={stage.draft ?? region} />
    </div>
  );
}

function AxisEnds({
  axis,
  side,
}: {
  readonly axis: {
    readonly from: number;
    readonly to: number;
    readonly label?: string;
    readonly unit?: string;
  };
  readonly side: 'x' | 'y';
}): VNode {
  return (
    <div class={`axis-ends axis-${side}`}>
      <span>{formatNumber(axis.from)}</span>
      <span>{formatAxis(axis)}</span>
      <span>{formatNumber(axis.to)}</span>
    </div>
  );
}

interface ReadoutProps {
  readonly source: ImageSource;
  readonly cursor: { readonly x: number; readonly y: number } | undefined;
  readonly region: Region | null;
}

/** Values are marked as rounded until the exact ones have come. */
function Readout({ source, cursor, region }: ReadoutProps): VNode {
  const { codes, size, unit } = source;
  const summary = useMemo(
    () => (region === null ? undefined : summaryOf(codes, region, size.width)),
    [codes, region],
  );
  const [column, row] = [Math.floor(cursor?.x ?? 0), Math.floor(cursor?.y ?? 0)];
  return (
    <p class="readout image-readout">
      <span class="cursor-value">
        {cursor === undefined
          ? `${size.height} × ${size.width}${unit === '' ? '' : `, ${unit}`}`
          : `${placeText(source, column, row)}: ${codes.isExact ? '' : '≈ '}${formatNumber(valueOf(codes, row * size.width + column), 6)} ${unit}`}
      </span>
      {region !== null && summary !== undefined && (
        <span class="region-summary">
          region: mean {formatNumber(summary.mean)}, max {formatNumber(summary.max)}
        </span>
      )}
    </p>
  );
}

function useEnds({ codes }: ImageSource, settings: ImageSettings): Ends {
  const before = useRef<Ends | undefined>(undefined);
  const { rangeMode, ends, shares, scale, colorMap } = settings;
  return useMemo(() => {
    const wanted =
      rangeMode === 'fixed'
        ? ends
        : rangeMode === 'full'
          ? ([codes.min, codes.max] as const)
          : percentiles(codes, shares);
    const kept = rangeMode === 'auto' ? steady(before.current, wanted) : wanted;
    before.current = kept;
    const reach = Math.max(Math.abs(kept[0]), Math.abs(kept[1]));
    return usableEnds(colorMap === 'diverging' && rangeMode !== 'fixed' ? [-reach, reach] : kept, scale);
  }, [codes, rangeMode, ends, shares, scale, colorMap]);
}
