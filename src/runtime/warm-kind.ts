/**
 * Of which kind a start is, as far as a process that waits ready is concerned: everything that counts when Node itself starts,
 * and cannot be made up for afterwards. One kind's processes do for any program, directory, arguments and environment.
 */
import type { RankPlan } from './rank-process.ts';

export interface WarmKind {
  /** Equal for equal kinds. */
  readonly key: string;
  readonly execPath: string;
  /** Node's own options. */
  readonly options: readonly string[];
  readonly variables: NodeJS.ProcessEnv;
  readonly directory: string;
}

/**
 * Variables that Node, V8, OpenSSL, ICU, libuv, the C library or the loader of TypeScript read once. NODE_ENV is none: Node does
 * not look at it. A number is no name that `process.env` can be given.
 */
const READ_AT_START =
  /^(?:NODE_(?!ENV$).*|(?:LC|LD|SSL|OPENSSL|ICU|UV|MALLOC|GLIBC|TSX|ESBUILD|ESBK)_.*|LANG|LANGUAGE|TZ|TZDIR|HOME|TMPDIR|TMP|TEMP|\d+)$/;

/** The kind that would do; null where the program is none of Node's. */
export function warmKindOf(plan: RankPlan): WarmKind | null {
  const { program, variables, workingDirectory } = plan;
  if (program.script === null) return null;
  const options = program.leadingArgs.slice(0, -1);
  const atStart = Object.entries(variables)
    .filter(([name, value]) => value !== undefined && READ_AT_START.test(name))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  // What is loaded before the program may be looked up from the directory, and look around there.
  const loadsFirst = options.length > 0 || (variables['NODE_OPTIONS'] ?? '') !== '';
  return {
    key: JSON.stringify([program.file, options, atStart, loadsFirst ? workingDirectory : null]),
    execPath: program.file,
    options,
    variables,
    directory: workingDirectory,
  };
}
