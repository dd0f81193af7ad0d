/**
 * The program of a process that waits ready (`parley run --warm N`): it has loaded the library up to the point where it would
 * become a member of MPI, blocks until its agent says what it is to be, and becomes that as if it had been started so.
 *
 * What the program sees is what a fresh process shows: environment, directory, arguments and entry module. Only the clocks
 * that count from a process' start (`process.uptime()`, `performance.now()`) count from the real one.
 */
import { closeSync } from 'node:fs';
import { runMain } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ASSIGNMENT_DESCRIPTOR, awaitAssignment, type WarmAssignment } from '../pmi/warm-assignment.ts';
import { loadLibc } from '../system/libc.ts';
import { rehearse } from './rehearsal.ts';
// All that the public entry needs but itself: its evaluation is the start of MPI.
import './from-groups.ts';
import './mpi-process.ts';
import './port.ts';
import '../collectives/operations/one-sided-operations.ts';
import '../collectives/operations/pair-operations.ts';
import '../p2p/wait-several.ts';

const SIGKILL = 9;
/** It stands above this layer. */
const LINKED_ENTRY = new URL('../linked-entry.js', import.meta.url).href;

const REHEARSAL_PROGRAM = fileURLToPath(new URL('./rehearsal-program.js', import.meta.url));
const [directory = ''] = process.argv.slice(2);

loadLibc().dieWithParent(SIGKILL);
await import(LINKED_ENTRY).catch(() => undefined);
await rehearse(directory);
become({
  variables: Object.entries(process.env) as [string, string][],
  directory: process.cwd(),
  script: REHEARSAL_PROGRAM,
  args: [],
});
await import(pathToFileURL(REHEARSAL_PROGRAM).href);
const assignment = awaitAssignment();
closeSync(ASSIGNMENT_DESCRIPTOR);
// A turn later this module is over, and whatever the program throws is the program's.
if (assignment !== null) setImmediate(become, assignment);

function become({ variables, directory, script, args }: WarmAssignment): void {
  for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
  for (const [name, value] of variables) process.env[name] = value;
  process.chdir(directory);
  process.argv.splice(1, Infinity, script, ...args);
  runMain(script);
}
