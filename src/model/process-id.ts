/**
 * The identity of a process: the job it was started in, and its number there. It never repeats, so a list of
 * identities stays true when jobs that knew nothing of each other meet.
 */

/** `<128 random bits of the job in hexadecimal>.<rank in the job's world>` */
export type ProcessId = string;

export function processId(job: string, rank: number): ProcessId {
  return `${job}.${String(rank)}`;
}

/** The job of a process. */
export function jobOf(id: ProcessId): string {
  return id.slice(0, id.indexOf('.'));
}

/** The rank of a process in its job's world. */
export function jobRankOf(id: ProcessId): number {
  return Number(id.slice(id.indexOf('.') + 1));
}
