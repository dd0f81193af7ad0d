/** The command line of `parley view`. */
import { Command, CommanderError, Option } from 'commander';
import { UsageError } from '../usage-error.ts';

export interface ViewArguments {
  /** A published name, or a port. */
  readonly target: string;
  readonly port: number;
  readonly host: string;
  /** Waits for the name, and again each time that the program has ended. */
  readonly wait: boolean;
}

const EPILOGUE = `
The program lets others look by serveView({ publish: 'detector' }), or without
a page of its own by publishView('detector'). Those who look slow it down in no
way; it goes on when they leave, hang, or are killed. Ctrl-C detaches.

Examples:
  parley names                          what there is
  parley view detector                  its page, on a free port of this host
  parley view detector --port 8080 --wait
  parley view detector --host 0.0.0.0   for browsers of other hosts as well
Exit code: 0 detached, or the program has closed its view; 1 no such name, no
answer, or the program has ended without a word; 2 usage.`;

const PORT_MAX = 65_535;

export function parseViewArguments(args: readonly string[]): ViewArguments | { readonly help: string } {
  const command = new Command('parley view')
    .description('Attaches to a running program, and serves the page of what it shows.')
    .argument('<name|port>', 'the name under which it is published, or an MPI port')
    .addOption(new Option('--port <n>', 'of the page (one that is free)'))
    .addOption(new Option('--host <address>', 'where the page listens').default('127.0.0.1'))
    .addOption(new Option('--wait', 'wait for the name, and for the program to come back'))
    .helpOption('-h, --help', 'show this')
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined })
    .configureHelp({ helpWidth: 80 });
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed')
      return { help: `${command.helpInformation().trimEnd()}\n${EPILOGUE}` };
    throw new UsageError(error.message.replace(/^error: /, ''));
  }
  const { port, host, wait } = command.opts<{
    readonly port?: string;
    readonly host: string;
    readonly wait?: true;
  }>();
  return {
    target: command.args[0] ?? '',
    port: port === undefined ? 0 : parsePort(port),
    host,
    wait: wait === true,
  };
}

function parsePort(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : -1;
  if (port >= 0 && port <= PORT_MAX) return port;
  throw new UsageError(`--port: "${text}" is no port: 1 to ${PORT_MAX} is wanted, or 0 for a free one`);
}
