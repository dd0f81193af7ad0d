/** A small picture of the lattice in letters: how many of the spins in each cell point up. */
const COLUMNS = 64;
const ROWS = 24;
const SHADES = ' ░▒▓█';

export function pictureOf(spins: Int8Array, size: number): string[] {
  const cell = (row: number, column: number): string => {
    const [top, bottom] = [Math.floor((row * size) / ROWS), Math.floor(((row + 1) * size) / ROWS)];
    const [left, right] = [
      Math.floor((column * size) / COLUMNS),
      Math.floor(((column + 1) * size) / COLUMNS),
    ];
    let [up, all] = [0, 0];
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        up += spins[y * size + x] === 1 ? 1 : 0;
        all += 1;
      }
    }
    return SHADES.charAt(Math.min(SHADES.length - 1, Math.floor((up / Math.max(1, all)) * SHADES.length)));
  };
  return Array.from({ length: ROWS }, (_, row) =>
    Array.from({ length: COLUMNS }, (_, column) => cell(row, column)).join(''),
  );
}
