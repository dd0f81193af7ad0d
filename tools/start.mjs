/**
 * What `npm start` runs when everything is set up: four ranks on 400 simulated frames of a detector, three that analyse
 * and one that collects (examples/psana). Ends with the exit code of the run.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';

const RANKS = 4;
const FRAMES = 400;
const OUTPUT = 'out/psana';
const PICTURE = `${OUTPUT}/xpptut15-r0054-mean.png`;

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const run = ['run', '-n', RANKS, '--no-label'];
const program = ['examples/psana/mpi_driver.ts', 'exp=xpptut15:run=54', 'cspad'];
const options = ['-n', FRAMES, '--output', OUTPUT, '--progress'];
// The ranks write into pipes: only this process knows that somebody watches.
if (process.stderr.isTTY) options.push('--bar');

console.log(`> parley ${[...run, ...program, ...options].join(' ')}`);
const child = spawn(process.execPath, ['bin/parley.js', ...[...run, ...program, ...options].map(String)], {
  stdio: 'inherit',
});
// A terminal sends Ctrl-C to the launcher too, which ends the ranks and then itself: this process waits for that.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('error', (error) => {
  console.error(`Cannot start the launcher: ${error.message}`);
  process.exitCode = 1;
});
child.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + os.constants.signals[signal];
  if (code === 0 && existsSync(PICTURE)) {
    console.log(`Look at ${PICTURE}; examples/psana/README.md tells what it shows and what to try next.`);
  }
});
