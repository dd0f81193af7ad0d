/**
 * Which test files run beside others, and which together in one process: those that do nothing but hold rank programs at
 * numbers of ranks, since these then share their launches. Of the others, files without processes of their own: as many as there are cores. Files that
 * start processes: a few, as those mostly wait for each other. Files that measure the processor or memory, or
 * whose header says "wants the machine to itself": alone.
 */
import fs from 'node:fs';
import path from 'node:path';

const LIB = path.resolve(import.meta.dirname, '../../lib');
const IMPORTS = /(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g;
const CHILD_PROCESS = /^(node:)?child_process$/;

/** Said in the header of a test that others would disturb. */
const ALONE = /wants the machine\s+(?:\*\s+)?to itself/;

/** A whole file of imports and calls of `holdAtRanks`. */
const HOLDS_PROGRAMS = /^(?:\s*import [^;]*;)*(?:\s*holdAtRanks\([^;]*\);)+\s*$/;
const COMMENTS = /\/\*[^]*?\*\/|^\s*\/\/.*$/gm;

/** @returns {'sharing' | 'together' | 'processes' | 'alone'} for a compiled test file */
export function groupOf(file) {
  const text = fs.readFileSync(file, 'utf8');
  if (ALONE.test(text.slice(0, 2000))) return 'alone';
  if (HOLDS_PROGRAMS.test(text.replace(COMMENTS, ''))) return 'sharing';
  return startsProcesses(file) ? 'processes' : 'together';
}

/**
 * Whether it, or a file of ours that it imports, imports Node's child_process. The package's own entry does not count:
 * a test that imports it is a world of one.
 */
function startsProcesses(file, seen = new Set()) {
  if (seen.has(file) || !fs.existsSync(file)) return false;
  seen.add(file);
  const specifiers = [...fs.readFileSync(file, 'utf8').matchAll(IMPORTS)].map((match) => match[1]);
  return specifiers.some((specifier) => {
    if (specifier.startsWith('#')) return startsProcesses(path.join(LIB, specifier.slice(1)), seen);
    if (specifier.startsWith('.')) return startsProcesses(path.resolve(path.dirname(file), specifier), seen);
    return CHILD_PROCESS.test(specifier);
  });
}
