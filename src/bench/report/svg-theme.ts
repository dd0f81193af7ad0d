/**
 * What all plots share: the document around them, the colours in light and dark, the text that is safe in SVG. A participant
 * has the same colour in every plot.
 */
import type { ParticipantId } from '../participants/participant.ts';

interface Colours {
  readonly light: string;
  readonly dark: string;
}

// Told apart with red-green blindness too: ours stand out by weight, the others by hue and by the mark of their points.
const SERIES_COLOURS: Readonly<Record<ParticipantId, Colours>> = {
  parley: { light: '#0b62c4', dark: '#58a6ff' },
  'parley-awaiting': { light: '#0b62c4', dark: '#58a6ff' },
  'parley-warm': { light: '#0b62c4', dark: '#58a6ff' },
  'open-mpi': { light: '#c2410c', dark: '#fb923c' },
  mpich: { light: '#7c3aed', dark: '#b794f6' },
  lam: { light: '#0f766e', dark: '#2dd4bf' },
  mpi4py: { light: '#a16207', dark: '#facc15' },
  node: { light: '#6b7280', dark: '#9ca3af' },
};

/** A whole SVG document; elements use the classes `text`, `muted`, `grid` and, for a participant, `series-…`. */
export function svgDocument(
  width: number,
  height: number,
  title: string,
  elements: readonly string[],
): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeText(title)}">
<style>${styleSheet()}</style>
<rect class="paper" width="${width}" height="${height}" rx="6"/>
${elements.join('\n')}
</svg>
`;
}

function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** `<text>` with attributes as given. */
export function textElement(x: number, y: number, text: string, attributes = 'class="text"'): string {
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escapeText(text)}</text>`;
}

/** Coordinates with at most two decimals keep the files small and their differences readable. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function styleSheet(): string {
  const ids = Object.keys(SERIES_COLOURS) as ParticipantId[];
  const rules = (mode: keyof Colours, text: string, muted: string, grid: string, paper: string): string =>
    [
      `.text{fill:${text}}.muted{fill:${muted}}.grid{stroke:${grid}}.paper{fill:${paper}}`,
      ...ids.map((id) => `.series-${id}{color:${SERIES_COLOURS[id][mode]}}`),
    ].join('');
  return [
    'text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}',
    '.title{font-size:15px;font-weight:600}',
    '.end{text-anchor:end}.middle{text-anchor:middle}',
    '.line{fill:none;stroke:currentColor;stroke-width:1.6}.own{stroke-width:2.6}.dashed{stroke-dasharray:6 4}',
    '.mark{fill:currentColor}.hollow{fill:none;stroke:currentColor;stroke-width:1.6}',
    '.whisker{fill:none;stroke:#8b949e;stroke-width:1.5}',
    rules('light', '#1f2328', '#59636e', '#e3e6ea', '#ffffff'),
    `@media (prefers-color-scheme: dark){${rules('dark', '#e6edf3', '#9198a1', '#30363d', '#0d1117')}}`,
  ].join('');
}
