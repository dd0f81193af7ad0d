/** Which Node runs Node programs, and with what options: that of the process that has them started. */

/** The Node that runs Node programs. */
export interface NodeRuntime {
  readonly execPath: string;
  /** Options for every program, e.g. `--enable-source-maps`. */
  readonly options: readonly string[];
  /** URL of a module that teaches this Node to read TypeScript; null where it can by itself. */
  readonly typeScriptLoader: string | null;
}

/** Options of the running Node that are about this very process, and must not be given on. */
const OWN_OPTION = /^(?:--(?:inspect|test|watch|check|interactive|cpu-prof|heap-prof)\b|-[ci]$)/;
/** The same, with a program text behind them. */
const OWN_PROGRAM = /^(?:--eval|--print|-e|-p|-pe)$/;

/** This process' Node. */
export function runningNode(): NodeRuntime {
  return {
    execPath: process.execPath,
    options: process.execArgv.filter(
      (option, index, all) =>
        !OWN_OPTION.test(option) && !OWN_PROGRAM.test(option) && !OWN_PROGRAM.test(all[index - 1] ?? ''),
    ),
    typeScriptLoader: stripsTypes() ? null : import.meta.resolve('tsx'),
  };
}

function stripsTypes(): boolean {
  const { typescript } = process.features as { readonly typescript?: unknown };
  return typescript === 'strip' || typescript === 'transform';
}
