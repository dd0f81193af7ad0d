/** What lies over an image: the region, sharp at any zoom, and its outline while it is being drawn. */
import type { VNode } from 'preact';
import type { Region } from '../../panel.ts';
import { toCanvas, type ViewTransform } from './view-transform.ts';

interface ImageOverlayProps {
  readonly view: ViewTransform;
  readonly region: Region | null;
  readonly draft: Region | undefined;
}

export function ImageOverlay({ view, region, draft }: ImageOverlayProps): VNode {
  return (
    <svg class="image-overlay" aria-hidden="true">
      {region !== null && draft === undefined && <Outline view={view} region={region} kind="region" />}
      {draft !== undefined && <Outline view={view} region={draft} kind="region is-draft" />}
    </svg>
  );
}

function Outline({
  view,
  region,
  kind,
}: {
  readonly view: ViewTransform;
  readonly region: Region;
  readonly kind: string;
}): VNode {
  const from = toCanvas(view, { x: region.columns[0], y: region.rows[0] });
  const to = toCanvas(view, { x: region.columns[1], y: region.rows[1] });
  const box = { x: from.x, y: from.y, width: Math.max(1, to.x - from.x), height: Math.max(1, to.y - from.y) };
  return (
    <g class={kind}>
      <rect class="region-shade" {...box} />
      <rect class="region-line" {...box} />
      <text class="region-name" x={box.x} y={box.y > 16 ? box.y - 6 : box.y + 14}>
        {region.rows.join(':')}, {region.columns.join(':')}
      </text>
    </g>
  );
}
