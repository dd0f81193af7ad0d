/**
 * The layer table: the folders of src/ from the bottom up, and what each may import. `tools/tidy.mjs` holds every
 * import against it. The lists are spelled out, because "everything below" would be too much: matching and
 * transport do not know each other, and the engine does not know the runtime, which talks through it.
 */

/** @type {{ folder: string, holds: string, imports: string[], packages?: string[] }[]} */
export const LAYERS = [
  // Nobody imports it: the bundle of dist/ is loaded by it.
  { folder: 'loading', holds: 'how users get the rest: as scripts whose code is kept', imports: [] },

  // The stack of a rank, from the bottom up.
  { folder: 'errors', holds: 'error classes and MPIError', imports: [] },
  { folder: 'trace', holds: 'events that tools watch', imports: ['errors'] },
  { folder: 'model', holds: 'values: ids, groups, contexts, statuses, constants', imports: ['errors'] },
  {
    folder: 'system',
    holds: 'what Node lacks: mapped memory, futex, scheduling',
    imports: ['errors', 'trace', 'model'],
    packages: ['koffi'],
  },
  {
    folder: 'wire',
    holds: 'frames and the encoding of values',
    imports: ['errors', 'trace', 'model'],
  },
  {
    folder: 'pmi',
    holds: 'what a rank and its agent say to each other',
    imports: ['errors', 'trace', 'model', 'system', 'wire'],
  },
  {
    folder: 'matching',
    holds: 'posted receives and unexpected messages',
    imports: ['errors', 'trace', 'model', 'wire'],
  },
  {
    folder: 'transport',
    holds: 'carrying frames: self, shared memory, simulated',
    imports: ['errors', 'trace', 'model', 'system', 'wire', 'pmi'],
  },
  {
    folder: 'engine',
    holds: 'protocols, requests, progress, waiting',
    imports: ['errors', 'trace', 'model', 'system', 'wire', 'pmi', 'matching', 'transport'],
  },
  {
    folder: 'p2p',
    holds: 'point-to-point operations',
    imports: ['errors', 'trace', 'model', 'wire', 'engine'],
  },
  {
    folder: 'collectives',
    holds: 'one file for each operation or algorithm',
    imports: ['errors', 'trace', 'model', 'wire', 'engine', 'p2p'],
  },
  {
    folder: 'communicators',
    holds: 'making communicators: dup, split, create, merge',
    imports: ['errors', 'trace', 'model', 'wire', 'engine', 'p2p', 'collectives'],
  },
  {
    folder: 'dynamic',
    holds: 'spawn, ports, names, join',
    imports: ['errors', 'trace', 'model', 'wire', 'pmi', 'engine', 'p2p', 'collectives', 'communicators'],
  },
  {
    folder: 'api',
    holds: 'the public classes and functions',
    imports: [
      'errors',
      'trace',
      'model',
      'system',
      'wire',
      'pmi',
      'transport',
      'engine',
      'p2p',
      'collectives',
      'communicators',
      'dynamic',
    ],
  },
  // The entry files (src/*.ts) only re-export.
  {
    folder: '.',
    holds: 'the public entry',
    imports: ['errors', 'model', 'wire', 'engine', 'p2p', 'collectives', 'communicators', 'dynamic', 'api'],
  },

  // The stack of a person: launcher and tools. It meets the other one in pmi/ and trace/ alone.
  {
    folder: 'runtime',
    holds: 'the agent: launching, output, deaths',
    // The agent talks to its processes as they talk to each other.
    imports: ['errors', 'trace', 'model', 'system', 'wire', 'pmi', 'transport', 'engine', 'p2p'],
    packages: ['tsx'],
  },
  {
    folder: 'cli',
    holds: 'the command parley',
    imports: ['errors', 'trace', 'model', 'system', 'pmi', 'transport', 'runtime', 'bench', 'live'],
    packages: ['commander'],
  },

  // Programs of the public entry.
  {
    folder: 'live',
    holds: 'the client/master pattern',
    imports: ['.'],
    packages: ['h5wasm', 'ws', 'uplot', 'preact'],
  },
  {
    folder: 'bench',
    holds: 'the benchmark and its ranks, the tuning of collectives',
    imports: ['.', 'live', 'errors', 'runtime', 'collectives'],
  },
];

/** Files that may keep state of their module, each with the reason; an entry that is not needed is a finding. */
export const MODULE_STATE_ALLOWED = {};
