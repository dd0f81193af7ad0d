/** Numbers as an instrument shows them: a fixed number of digits that matter, thin spaces between thousands, true minus signs. */

const MINUS = '\u2212';
const THIN_SPACE = '\u2009';
const NOTHING = '–';

/** @param digits that matter, 4 by default */
export function formatNumber(value: number, digits: number = 4): string {
  if (Number.isNaN(value)) return NOTHING;
  if (!Number.isFinite(value)) return value > 0 ? '∞' : `${MINUS}∞`;
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-3)) return scientific(value, digits);
  if (Number.isInteger(value)) return signed(grouped(String(size)), value);
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return signed(grouped(size.toFixed(Math.min(decimals, 8))), value);
}

export function formatCount(value: number): string {
  return Number.isFinite(value) ? signed(grouped(String(Math.abs(Math.round(value)))), value) : NOTHING;
}

/** Such as `12.3 /s`, always of the same width. */
export function formatRate(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return NOTHING;
  return perSecond >= 1000 ? formatCount(perSecond) : perSecond.toFixed(perSecond >= 100 ? 0 : 1);
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value.toFixed(power === 0 || value >= 100 ? 0 : 1)} ${units[power] ?? ''}`;
}

export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return NOTHING;
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min`;
  return `${(ms / 3_600_000).toFixed(1)} h`;
}

export function formatClock(time: number): string {
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `label / unit`, as axes are labelled. */
export function formatAxis(axis: { readonly label?: string; readonly unit?: string } | undefined): string {
  if (axis === undefined) return '';
  if (axis.label === undefined) return axis.unit ?? '';
  return axis.unit === undefined ? axis.label : `${axis.label} / ${axis.unit}`;
}

function scientific(value: number, digits: number): string {
  const [mantissa = '', exponent = ''] = Math.abs(value)
    .toExponential(digits - 1)
    .split('e');
  const power = exponent.replace('+', '').replace(/./g, (digit) => SUPERSCRIPTS[digit] ?? digit);
  return signed(`${mantissa}·10${power}`, value);
}

const SUPERSCRIPTS: Readonly<Record<string, string>> = {
  '-': '⁻',
  0: '⁰',
  1: '¹',
  2: '²',
  3: '³',
  4: '⁴',
  5: '⁵',
  6: '⁶',
  7: '⁷',
  8: '⁸',
  9: '⁹',
};

function grouped(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const spaced = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, THIN_SPACE) : whole;
  return fraction === undefined ? spaced : `${spaced}.${fraction}`;
}

const signed = (text: string, value: number): string => (value < 0 ? `${MINUS}${text}` : text);
