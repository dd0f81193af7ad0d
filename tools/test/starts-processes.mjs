/**
 * Whether a compiled test file may start processes: it, or a file of ours that it imports, imports Node's
 * child_process. The package's own entry does not count: a test that imports it is a world of one.
 */
import fs from 'node:fs';
import path from 'node:path';

const DIST = path.resolve(import.meta.dirname, '../../dist');
const IMPORTS = /(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g;
const CHILD_PROCESS = /^(node:)?child_process$/;

export function startsProcesses(file, seen = new Set()) {
  if (seen.has(file) || !fs.existsSync(file)) return false;
  seen.add(file);
  const specifiers = [...fs.readFileSync(file, 'utf8').matchAll(IMPORTS)].map((match) => match[1]);
  return specifiers.some((specifier) => {
    if (specifier.startsWith('#')) return startsProcesses(path.join(DIST, specifier.slice(1)), seen);
    if (specifier.startsWith('.')) return startsProcesses(path.resolve(path.dirname(file), specifier), seen);
    return CHILD_PROCESS.test(specifier);
  });
}
