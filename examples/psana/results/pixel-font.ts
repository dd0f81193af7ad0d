/**
 * Letters of 5 × 7 dots for the labels of an image. A glyph is seven rows from top to bottom, each a digit of base 32
 * whose five bits are the dots of the row, the leftmost highest: "4c4444e" is a 1.
 */

const GLYPH_COLUMNS = 5;
export const GLYPH_ROWS = 7;

const GLYPHS: Readonly<Record<string, string>> = {
  '0': 'ehjlphe',
  '1': '4c4444e',
  '2': 'eh1248v',
  '3': 'v2421he',
  '4': '26aiv22',
  '5': 'vgu11he',
  '6': '68guhhe',
  '7': 'v124888',
  '8': 'ehhehhe',
  '9': 'ehhf12c',
  a: '00e1fhf',
  b: 'ggmphhu',
  c: '00egghe',
  d: '11djhhf',
  e: '00ehvge',
  f: '698s888',
  g: '0fhhf1e',
  h: 'ggmphhh',
  i: '40c444e',
  j: '20622ic',
  k: 'ggikoki',
  l: 'c44444e',
  m: '00qllhh',
  n: '00mphhh',
  o: '00ehhhe',
  p: '00uhugg',
  q: '00djf11',
  r: '00mpggg',
  s: '00ege1u',
  t: '88s8896',
  u: '00hhhjd',
  v: '00hhha4',
  w: '00hhlla',
  x: '00ha4ah',
  y: '00hhf1e',
  z: '00v248v',
  A: 'ehhvhhh',
  D: 'sihhhis',
  U: 'hhhhhhe',
  ' ': '0000000',
  '.': '00000cc',
  ',': '0000c48',
  '-': '000v000',
  '+': '044v440',
  '%': 'op248j3',
  '(': '2488842',
  ')': '8422248',
  ':': '0cc0cc0',
  '/': '01248g0',
  _: '000000v',
};

const UNKNOWN = 'vhhhhhv';

/** Calls `dot` for every dot of the text, in dots from its top left corner. Capitals without a glyph are written small. */
export function drawText(text: string, dot: (x: number, y: number) => void): void {
  for (const [place, letter] of Array.from(text).entries()) {
    const glyph = GLYPHS[letter] ?? GLYPHS[letter.toLowerCase()] ?? UNKNOWN;
    for (let y = 0; y < GLYPH_ROWS; y++) {
      const bits = Number.parseInt(glyph[y] ?? '0', 32);
      for (let x = 0; x < GLYPH_COLUMNS; x++) {
        if ((bits & (16 >> x)) !== 0) dot(place * (GLYPH_COLUMNS + 1) + x, y);
      }
    }
  }
}

/** Width of a text in dots. */
export function textColumns(text: string): number {
  return Array.from(text).length * (GLYPH_COLUMNS + 1) - 1;
}
