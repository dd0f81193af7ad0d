/** Tells the process that has spawned it everything that a program sees of how it was started; `fail` throws after that. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import * as MPI from 'parley';

const [, , group, session] = fields('/proc/self/stat');
const stack = new Error('here').stack ?? '';
const parent = MPI.getParent();

await parent?.send(
  {
    isWarm: fs.readFileSync('/proc/self/cmdline', 'latin1').includes('waiting-process'),
    seen: {
      arguments: process.argv,
      argv0: process.argv0,
      nodeOptions: process.execArgv,
      execPath: process.execPath,
      title: process.title,
      directory: process.cwd(),
      // The process' own parent differs from its spawner by these alone.
      environment: Object.entries(process.env).filter(([name]) => name !== 'LC_COLD'),
      url: import.meta.url,
      isMain: process.argv[1] === fileURLToPath(import.meta.url),
      mainModule: createRequire(import.meta.url).main?.filename,
      leadsGroup: Number(group) === process.pid && Number(session) === process.pid,
      parentPid: process.ppid,
      priority: os.getPriority(),
      exitCode: process.exitCode,
      events: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
      globals: Object.getOwnPropertyNames(globalThis).sort(),
      terminals: [process.stdin.isTTY, process.stdout.isTTY, process.stderr.isTTY],
      inputBytes: fs.readFileSync(0).length,
      outputs: [1, 2].map((descriptor) => fs.fstatSync(descriptor).isFIFO()),
      descriptors: fs.readdirSync('/proc/self/fd').length,
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      warningListeners: process.listenerCount('warning'),
      stackDepth: stack.split('\n').length,
      universe: MPI.COMM_WORLD.size,
    },
  },
  0,
);
await parent?.disconnect();
console.log(`${process.argv[2] ?? 'nothing'} on the output`);
if (process.argv[2] === 'fail') throw new TypeError('thrown by the program');

function fields(path: string): string[] {
  const text = fs.readFileSync(path, 'latin1');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}
