/**
 * The files that a page consists of: its own modules and styles, and the two packages that it uses. The list is made when the
 * server starts; nothing else is ever read, whatever a request names.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export interface PageFile {
  readonly type: string;
  read(): Buffer;
}

/** Modules that the page imports by name: where they stand in our paths, and in their package. */
export const IMPORTED: Readonly<Record<string, readonly [ours: string, theirs: string]>> = {
  preact: ['packages/preact.js', 'preact'],
  'preact/hooks': ['packages/preact-hooks.js', 'preact/hooks'],
  'preact/jsx-runtime': ['packages/preact-jsx-runtime.js', 'preact/jsx-runtime'],
  uplot: ['packages/uplot.js', 'uplot/dist/uPlot.esm.js'],
};
const PLOT_STYLE = 'packages/uplot.css';
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** By path, relative to the page. */
export function listPageFiles(): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  const add = (ours: string, file: string): void => {
    const type = TYPES[path.extname(ours)];
    if (type !== undefined) files.set(ours, { type, read: () => fs.readFileSync(file) });
  };
  const view = fileURLToPath(new URL('..', import.meta.url));
  for (const folder of ['page', 'wire']) {
    for (const name of fs.readdirSync(path.join(view, folder), { recursive: true, encoding: 'utf8' }))
      add(path.posix.join(folder, name.split(path.sep).join('/')), path.join(view, folder, name));
  }
  for (const [ours, theirs] of Object.values(IMPORTED)) add(ours, fileURLToPath(import.meta.resolve(theirs)));
  add(PLOT_STYLE, fileURLToPath(import.meta.resolve('uplot/dist/uPlot.min.css')));
  return files;
}
