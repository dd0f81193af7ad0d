/**
 * The commands of `parley`. Each is a file in commands/ with one function of the same name, loaded only when it is
 * asked for, so that no command slows another one's start.
 */

/** A command: takes the arguments behind its name, resolves to the exit code when its output is out. */
export type CommandFunction = (args: readonly string[]) => Promise<number>;

export interface CommandEntry {
  readonly name: string;
  /** For the list of commands: one line. */
  readonly summary: string;
  readonly load: () => Promise<CommandFunction>;
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'run',
    summary: 'start the ranks of a program on this host',
    load: async () => (await import('./commands/run.ts')).run,
  },
  {
    name: 'ps',
    summary: 'list the jobs on this host, and what each rank waits for',
    load: async () => (await import('./commands/ps.ts')).ps,
  },
  {
    name: 'names',
    summary: 'list the names under which ports are published',
    load: async () => (await import('./commands/names.ts')).names,
  },
  {
    name: 'clean',
    summary: 'end all jobs on this host, and remove what killed ones have left',
    load: async () => (await import('./commands/clean.ts')).clean,
  },
  {
    name: 'bench',
    summary: 'measure this library, and others beside it, on this machine',
    load: async () => (await import('./commands/bench.ts')).bench,
  },
  {
    name: 'view',
    summary: 'look at a running program: serve the page of what it shows',
    load: async () => (await import('./commands/view.ts')).view,
  },
  {
    name: 'live',
    summary: 'export or replay what a live stream has stored',
    load: async () => (await import('./commands/live.ts')).live,
  },
];
