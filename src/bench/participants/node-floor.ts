/**
 * What any launcher of Node programs needs at least: so many empty Node processes, started at once, until the last ends.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export async function nodeStartSeconds(processes: number): Promise<number> {
  const start = performance.now();
  const children = Array.from({ length: processes }, () =>
    spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }),
  );
  await Promise.all(children.map((child) => once(child, 'exit')));
  return (performance.now() - start) / 1e3;
}
