/** Names for the files of a run, in a folder that may have some already. */
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';

export interface FileNames {
  readonly journal: string;
  readonly hdf5: string;
}

/** The first number that no file there bears, nor any further part of one (`vonhamos-1-part2.h5`). */
export async function namesFor(folder: string): Promise<FileNames> {
  await mkdir(folder, { recursive: true });
  const numbers = (await readdir(folder)).map((name) => /^vonhamos-(\d+)[-.]/.exec(name)?.[1]);
  const taken = new Set(numbers.map(Number));
  let number = 1;
  while (taken.has(number)) number++;
  const file = path.join(folder, `vonhamos-${number}`);
  return { journal: `${file}.journal`, hdf5: `${file}.h5` };
}
