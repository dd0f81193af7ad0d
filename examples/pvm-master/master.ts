/**
 * One plain process that starts all its workers, deals out the tiles of a picture, and puts it together.
 *
 *     node examples/pvm-master/master.ts [--workers N] [--width N] [--iterations N] [--output FILE]
 */
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { Crew } from './crew.ts';
import { areaOf, tilesOf, type Picture, type Tile, type TileResult } from './mandelbrot.ts';
import { writePng } from './png.ts';
import { Progress } from './progress.ts';

const { values } = parseArgs({
  options: {
    workers: { type: 'string', default: String(availableParallelism()) },
    width: { type: 'string', default: '1600' },
    iterations: { type: 'string', default: '1000' },
    output: { type: 'string', default: 'out/pvm-master/mandelbrot.png' },
  },
});
const width = Number(values.width);
const picture: Picture = { width, height: Math.round(0.75 * width), iterations: Number(values.iterations) };
const tiles = tilesOf(picture, Math.ceil(width / 20));
const workers = Number(values.workers);
console.log(`${width} × ${picture.height} pixels, ${tiles.length} tiles, ${workers} workers`);

const rgb = new Uint8Array(3 * width * picture.height);
let inside = 0;
const progress = new Progress(tiles.length, (text) => process.stdout.write(text), process.stdout.isTTY);
const crew = new Crew(picture, tiles, { workers, onResult: takeIn, say: (line) => progress.say(line) });

const start = performance.now();
await crew.run();
const seconds = (performance.now() - start) / 1000;

await mkdir(dirname(values.output), { recursive: true });
await writePng(values.output, rgb, width, picture.height);
console.log(`${(rgb.length / 3e6 / seconds).toFixed(2)} million pixels/s in ${seconds.toFixed(2)} s`);
console.log(`tiles by worker: ${crew.done.join(' ')}`);
console.log(`area of the set: ${areaOf(inside, picture).toFixed(4)} (known: 1.5066)`);
console.log(`wrote ${values.output}`);

function takeIn(tile: Tile, result: TileResult): void {
  for (let row = 0; row < tile.height; row++) {
    const from = result.rgb.subarray(3 * tile.width * row, 3 * tile.width * (row + 1));
    rgb.set(from, 3 * (width * (tile.top + row) + tile.left));
  }
  inside += result.inside;
  progress.step();
}
