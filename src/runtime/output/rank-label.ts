/** The label before each line of a rank: `[3] `, in a spawned job `[1.3] `, in the rank's colour on a terminal. */

const COLOURS = [36, 33, 32, 35, 34, 31, 96, 93, 92, 95, 94, 91] as const;

/** Makes labels; neighbouring ranks get different colours. */
export function rankLabel(colours: boolean, job: number): (rank: number) => string {
  return (rank) => {
    const label = job === 0 ? `[${rank}]` : `[${job}.${rank}]`;
    const colour = COLOURS[(job + rank) % COLOURS.length] ?? 39;
    return colours ? `\u001b[${colour}m${label}\u001b[39m ` : `${label} `;
  };
}

/** Whether a terminal shows colours, and its user wants them (no-color.org). */
export function wantsColours(variables: NodeJS.ProcessEnv): boolean {
  const { NO_COLOR: noColour = '', TERM: terminal = '' } = variables;
  return noColour === '' && terminal !== 'dumb';
}
