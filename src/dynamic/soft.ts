/**
 * Acceptable numbers of processes, as the info key `soft` lists them (MPI-4.1 §11.8.4): `a`, `a:b`, `a:b:c`, comma-separated,
 * where a:b:c means a, a + c, a + 2c, … up to b.
 *
 *     "2,4,8"      2, 4 or 8
 *     "0:100"      any number up to 100
 *     "1:16:5"     1, 6, 11 or 16
 */
import { MPIError } from '../errors/mpi-error.ts';

const TRIPLE = /^(?<first>-?\d{1,9})(?::(?<last>-?\d{1,9})(?::(?<stride>-?\d{1,9}))?)?$/;

/** The acceptable numbers up to `maxprocs`, the largest first. Throws MPI_ERR_INFO_VALUE. */
export function parseSoft(soft: string, maxprocs: number): number[] {
  const counts = new Set<number>();
  for (const part of soft.split(',')) {
    const { first, last, stride } = TRIPLE.exec(part.trim())?.groups ?? {};
    if (first === undefined || Number(stride ?? 1) === 0) throw badSoft(soft, part);
    const [from, to, step] = [Number(first), Number(last ?? first), Number(stride ?? 1)];
    // Whatever the triple spans, only its part from 0 to maxprocs is walked through.
    const skipped = Math.ceil(Math.max(0, step > 0 ? -from / step : (maxprocs - from) / step));
    const isWithin = (count: number): boolean =>
      step > 0 ? count <= Math.min(to, maxprocs) : count >= Math.max(to, 0);
    for (let count = from + skipped * step; isWithin(count); count += step) counts.add(count);
  }
  return [...counts].sort((a, b) => b - a);
}

function badSoft(soft: string, part: string): MPIError {
  return new MPIError(
    'MPI_ERR_INFO_VALUE',
    `Cannot spawn with soft ${JSON.stringify(soft)}: ${JSON.stringify(part)} is no a, a:b or a:b:c with a stride other than 0`,
  );
}
