/** What the errors of calls on files say about these. */

/** There is no such file, or nobody at the other end of a pipe. Every other error leaves that open. */
export const isMissing = (error: unknown): boolean => hasCode(error, 'ENOENT', 'ENXIO', 'ENOTDIR');

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(error.code as string);
}
