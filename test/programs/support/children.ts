/**
 * Children of a test's processes: `child.ts` plays the part that the variable CHILD_PART names, and waits as
 * CHILD_WAY has it; so its arguments are free for what a test says of them.
 */
import { fileURLToPath } from 'node:url';
import type { Intercommunicator, Intracommunicator, SpawnCommand, SpawnOptions } from 'parley';
import type { Way } from './way.ts';

/** The compiled program of the children. */
export const CHILD: string = fileURLToPath(new URL('../child.js', import.meta.url));

/** The variables that give a child its part. */
export function partOf(part: string, way: Way): Record<string, string | undefined> {
  return { CHILD_PART: part, CHILD_WAY: way.name };
}

/** Spawns children that play this part. */
export function spawnPart(
  way: Way,
  comm: Intracommunicator,
  part: string,
  options: SpawnOptions = {},
): Promise<Intercommunicator> {
  return way.call(comm, 'spawn', CHILD, { ...options, env: { ...partOf(part, way), ...options.env } });
}

/** A command of a spawnMultiple whose processes play this part. */
export function commandOf(way: Way, part: string, command: Omit<SpawnCommand, 'command'>): SpawnCommand {
  return { command: CHILD, ...command, env: { ...partOf(part, way), ...command.env } };
}

/** What a child of the part `report` says of itself. */
export interface ChildReport {
  readonly rank: number;
  readonly size: number;
  readonly args: readonly string[];
  readonly directory: string;
  readonly appNumber: number | undefined;
  readonly universeSize: number | undefined;
  readonly pid: number;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly execArgv: readonly string[];
}

/** Rank 0 of the parents gets the reports of all children in the order of their ranks; then both sides disconnect. */
export async function reportsOf(way: Way, children: Intercommunicator): Promise<ChildReport[]> {
  const reports: ChildReport[] = [];
  if (children.rank === 0) {
    for (let child = 0; child < children.remoteSize; child++) {
      const { data } = await way.call(children, 'recv', child, 5);
      reports.push(data as ChildReport);
    }
  }
  await way.call(children, 'disconnect');
  return reports;
}
