/** Where in the program something was called: the first line of a stack that is the program's own, not this package's. */
import { fileURLToPath } from 'node:url';

/** Frames of a stack: the way through this package, and some of the program's. */
const FRAMES_MAX = 40;
const LOCATION = /(?:^|[ (])(?<file>(?:file:\/\/)?\/[^()]*):(?<line>\d+):(?<column>\d+)\)?$/;

/** This package, as it runs and as it was written: source maps make one of the other. */
const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const OWN_CODE = ['dist', 'lib', 'src'].map((folder) => `${PACKAGE}${folder}/`);

/** The stack of now as text; also of those who await the async function that runs. */
export function currentStack(): string {
  const holder: { stack?: unknown } = {};
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = FRAMES_MAX;
  try {
    Error.captureStackTrace(holder, currentStack);
    return typeof holder.stack === 'string' ? holder.stack : '';
  } catch {
    return ''; // The program has its own way to write stacks, and that throws.
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** `/home/me/app.ts:12:5`; '' where no line of the program is in the stack. */
export function callSiteIn(stack: string): string {
  for (const text of stack.split('\n')) {
    const { file, line, column } = LOCATION.exec(text)?.groups ?? {};
    if (file === undefined || line === undefined || column === undefined) continue;
    const path = pathOf(file);
    if (!OWN_CODE.some((own) => path.startsWith(own))) return `${path}:${line}:${column}`;
  }
  return '';
}

function pathOf(file: string): string {
  if (!file.startsWith('file://')) return file;
  try {
    return fileURLToPath(file);
  } catch {
    return file;
  }
}
