/**
 * Reads several test files that do nothing but hold programs at ranks, so that these share their worlds:
 *
 *     node in-shared-worlds.js FILE…
 */
import { pathToFileURL } from 'node:url';
import { sharedWorlds } from './shared-worlds.ts';

const files = process.argv.slice(2);
await sharedWorlds.collect(async () => {
  for (const file of files) await import(pathToFileURL(file).href);
});
