/**
 * What `npm start` runs when everything is set up: a simulated X-ray spectrometer in the browser, four ranks of which three analyse
 * and one collects, shows and stores (examples/vonhamos). On a terminal it stays until Ctrl-C, elsewhere it ends after ten seconds of
 * beam. Ends with the exit code of the run.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const RANKS = 4;
/** At 120 shots each second. Not endless: its files grow by about 2 MB each second. */
const TERMINAL_MINUTES = 10;
const EVENTS_EACH_MINUTE = 7200;
const EVENTS_ELSEWHERE = 1200;

const { values } = parseArgs({
  options: {
    // For tests: fewer events, another place for what is stored.
    events: { type: 'string' },
    out: { type: 'string', default: 'out/vonhamos' },
  },
});

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const isTerminal = process.stdout.isTTY === true;
const events = isTerminal ? TERMINAL_MINUTES * EVENTS_EACH_MINUTE : EVENTS_ELSEWHERE;
const program = ['examples/vonhamos/vonhamos.ts', '--view', '--events', values.events ?? String(events)];
// The ranks write into pipes: only this process knows that somebody watches.
if (isTerminal) program.push('--stay', '--bar', '--every', '250');
if (values.out !== 'out/vonhamos') program.push('--out', values.out);
const command = ['run', '-n', String(RANKS), '--no-label', ...program];

console.log(`An X-ray spectrometer, live, as at a free-electron laser: 120 shots each second.
Three processes reduce the frames of a simulated camera; a fourth merges what they
send, shows it in the browser, and stores every update. They speak MPI.

> parley ${command.join(' ')}

Open the page below. Draw a region on an image there, and the three send the
spectrum of that region as well; move the threshold; ask for the whole camera.
${isTerminal ? 'Ctrl-C here ends everything in good order.\n' : ''}`);
const before = new Set(stored());
const child = spawn(process.execPath, ['bin/parley.js', ...command], { stdio: 'inherit' });
// A terminal sends Ctrl-C to the launcher too, which ends the ranks and then itself: this process waits for that.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('error', (error) => {
  console.error(`Cannot start the launcher: ${error.message}`);
  process.exitCode = 1;
});
child.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + os.constants.signals[signal];
  if (code === 0) sayWhatIsNext();
});

function sayWhatIsNext() {
  const journal = stored().find((file) => !before.has(file)) ?? `${values.out}/vonhamos-1.journal`;
  const driver = 'examples/psana/mpi_driver.ts exp=xpptut15:run=54 cspad -n 10';
  console.log(`
What to try next:
  npx parley live replay ${journal}
      what the master received, once more; the .h5 beside it is for h5py
  npx parley run -n 5 examples/vonhamos/vonhamos.ts --view --blocked
      one client more, and the pump laser blocked: the difference has to vanish
  npx parley run -n 3 ${driver}
      the tutorial: clients send to one master
examples/vonhamos/README.md tells what is simulated, and what to edit.`);
}

/** Journals that are there. */
function stored() {
  if (!fs.existsSync(values.out)) return [];
  const names = fs.readdirSync(values.out).filter((name) => name.endsWith('.journal'));
  return names.map((name) => `${values.out}/${name}`);
}
