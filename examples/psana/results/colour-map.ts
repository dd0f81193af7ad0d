/**
 * From dark violet over red and orange to pale yellow, in equal steps of lightness as the eye sees it: a path in the OKLCh
 * colour space, where lightness rises in a straight line, the hue turns at a constant rate, and the chroma swells in the middle.
 * Where a screen cannot show so much chroma, it gets less; lightness and hue stay.
 */

export type Colour = readonly [red: number, green: number, blue: number];

const STEPS = 256;
const LIGHTNESS = { from: 0.13, to: 0.975 };
const HUE = { from: 288, to: 468 };
const CHROMA = { dark: 0.035, swell: 0.17, pale: 0.075 };

/** 256 colours from the lowest value to the highest, each channel from 0 to 255. */
export function colourMap(): Colour[] {
  return Array.from({ length: STEPS }, (_, step) => colourAt(step / (STEPS - 1)));
}

function colourAt(position: number): Colour {
  const lightness = LIGHTNESS.from + (LIGHTNESS.to - LIGHTNESS.from) * position;
  const hue = ((HUE.from + (HUE.to - HUE.from) * position) * Math.PI) / 180;
  const ends = CHROMA.dark + (CHROMA.pale - CHROMA.dark) * position;
  let chroma = ends + CHROMA.swell * Math.sin(Math.PI * position) ** 1.2;
  for (;;) {
    const linear = linearRgb(lightness, chroma * Math.cos(hue), chroma * Math.sin(hue));
    if (chroma < 1e-3 || linear.every((channel) => channel >= 0 && channel <= 1)) {
      const [red, green, blue] = linear;
      return [toByte(red), toByte(green), toByte(blue)];
    }
    chroma *= 0.98;
  }
}

/** OKLab to linear sRGB, with the matrices of its definition (Ottosson, 2020). */
function linearRgb(lightness: number, a: number, b: number): Colour {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

/** A linear channel as sRGB shows it. */
function toByte(linear: number): number {
  const clipped = Math.min(1, Math.max(0, linear));
  const encoded = clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055;
  return Math.round(255 * encoded);
}
