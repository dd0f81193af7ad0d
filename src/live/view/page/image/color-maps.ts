/**
 * Colour maps as tables of 256 colours. The perceptually uniform ones are computed from polynomials of the sixth degree that
 * follow the published tables within two steps of 255; the diverging one runs between two hues through a neutral middle.
 */
import type { ColorMapName } from '../../panel.ts';

export const LEVELS = 256;

type Color = readonly [red: number, green: number, blue: number];

/** Coefficients of t⁰ … t⁶ for red, green and blue, 0 … 1. */
const POLYNOMIALS: Readonly<Record<'viridis' | 'magma' | 'inferno', readonly Color[]>> = {
  viridis: [
    [0.2777273272, 0.0054073445, 0.3340998053],
    [0.1050930431, 1.4046135299, 1.3845901626],
    [-0.3308618287, 0.2148475595, 0.095095163],
    [-4.634230499, -5.799100973, -19.33244096],
    [6.228269936, 14.17993337, 56.6905526],
    [4.776384998, -13.74514538, -65.35303263],
    [-5.435455856, 4.645852612, 26.31243525],
  ],
  magma: [
    [-0.0021364851, -0.0007496551, -0.0053861279],
    [0.2516605407, 0.6775232437, 2.4940265993],
    [8.3537172792, -3.577719515, 0.3144679031],
    [-27.66873309, 14.26473079, -13.64921319],
    [52.17613981, -27.94360607, 12.94416944],
    [-50.76852536, 29.04658283, 4.234152994],
    [18.65570507, -11.48977352, -5.601961509],
  ],
  inferno: [
    [0.0002189404, 0.0016510046, -0.0194808984],
    [0.1065134195, 0.5639564368, 3.9327123889],
    [11.60249308, -3.972853966, -15.94239411],
    [-41.703996131, 17.436398882, 44.354145199],
    [77.1629356994, -33.4023589421, -81.8073092574],
    [-71.319428245, 32.626064264, 73.209519858],
    [25.1311262248, -12.242668952, -23.070325003],
  ],
};
/** From negative over nothing to positive. */
const DIVERGING: readonly Color[] = [
  [0.08, 0.25, 0.47],
  [0.26, 0.55, 0.75],
  [0.95, 0.95, 0.94],
  [0.87, 0.47, 0.33],
  [0.55, 0.09, 0.14],
];

export const COLOR_MAPS: readonly ColorMapName[] = ['viridis', 'magma', 'inferno', 'gray', 'diverging'];

/** Four bytes for each of 256 levels. */
export function colorTable(name: ColorMapName): Uint8Array {
  const table = new Uint8Array(LEVELS * 4);
  for (let level = 0; level < LEVELS; level += 1) {
    const color = colorAt(name, level / (LEVELS - 1)).map((part) =>
      Math.round(Math.min(1, Math.max(0, part)) * 255),
    );
    table.set([...color, 255], level * 4);
  }
  return table;
}

function colorAt(name: ColorMapName, t: number): Color {
  if (name === 'gray') return [t, t, t];
  if (name === 'diverging') return interpolated(DIVERGING, t);
  return POLYNOMIALS[name].reduceRight<Color>(
    ([red, green, blue], [r, g, b]) => [red * t + r, green * t + g, blue * t + b],
    [0, 0, 0],
  );
}

function interpolated(colors: readonly Color[], t: number): Color {
  const place = t * (colors.length - 1);
  const index = Math.min(colors.length - 2, Math.floor(place));
  const [from, to] = [colors[index] as Color, colors[index + 1] as Color];
  const part = place - index;
  const mix = (a: number, b: number): number => a + (b - a) * part;
  return [mix(from[0], to[0]), mix(from[1], to[1]), mix(from[2], to[2])];
}
