/**
 * Numbers as a reader wants them: three significant digits, never an exponent.
 */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 100) return value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, '\u202f');
  if (size >= 10) return value.toFixed(1);
  if (size >= 0.1) return value.toFixed(2);
  return size === 0 ? '0' : value.toFixed(3);
}
