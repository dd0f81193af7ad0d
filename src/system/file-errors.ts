/** What the errors of calls on files say about these. */

/** There is no such file, or nobody at the other end of a pipe. Every other error leaves that open. */
export const isMissing = (error: unknown): boolean => hasCode(error, 'ENOENT', 'ENXIO', 'ENOTDIR');

/** The system lacks something now, descriptors, memory or room, of which there may be enough later: that, or what caused an error. */
export const isShortage = (error: unknown): boolean =>
  hasCode(error, 'EMFILE', 'ENFILE', 'ENOMEM', 'ENOSPC') ||
  (error instanceof Error && isShortage(error.cause));

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(error.code as string);
}
