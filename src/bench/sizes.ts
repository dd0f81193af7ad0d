/** Sizes in bytes, and how a reader wants them. */

export const KIB = 1024;
export const MIB: number = 1024 * KIB;

/** `8 B`, `64 KiB`, `1 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes >= MIB) return `${bytes / MIB} MiB`;
  if (bytes >= KIB) return `${bytes / KIB} KiB`;
  return `${bytes} B`;
}
