/**
 * Positions in compiled files, as they stand in stacks, told as those of their sources. Node would do it by itself with
 * --enable-source-maps, at the price of reading every map of every module: this reads those of a failure.
 */
import fs from 'node:fs';
import { SourceMap } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const POSITION = /((?:file:\/\/)?\/[^\s():]+\.js):(\d+):(\d+)/g;

/** @param {string} text with positions such as `/checkout/build/test/a.test.js:12:5` */
export function withSourcePositions(text) {
  const maps = new Map();
  return text.replace(POSITION, (position, place, line, column) => {
    const file = place.startsWith('file:') ? fileURLToPath(place) : place;
    if (!maps.has(file)) maps.set(file, mapOf(file));
    const entry = maps.get(file)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (entry?.originalSource === undefined) return position;
    const source = path.resolve(path.dirname(file), entry.originalSource);
    return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
}

function mapOf(file) {
  try {
    return new SourceMap(JSON.parse(fs.readFileSync(`${file}.map`, 'utf8')));
  } catch {
    return undefined;
  }
}
