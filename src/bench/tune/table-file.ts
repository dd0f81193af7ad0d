/** The text of `src/collectives/tuning/algorithm-table.ts`, in the format that prettier keeps. */
import { ALGORITHMS, type AlgorithmRow, type Algorithms } from '../../collectives/tuning/algorithms.ts';

/** Rows by verb; all verbs. */
export type TableRows = { readonly [V in keyof Algorithms]: readonly AlgorithmRow[] };

/** `origin` says, in lines, how the rows were found. */
export function renderTableFile(table: TableRows, origin: readonly string[]): string {
  const verbs = (Object.keys(ALGORITHMS) as (keyof Algorithms)[]).map((verb) =>
    renderVerb(verb, table[verb]),
  );
  return `/**
 * Where each algorithm is the best: the first row that covers the bytes and the ranks is taken. Every process must come
 * to the same choice, so all of one job use the same table. What the bytes are, says algorithms.ts.
 *
${origin.map((line) => ` * ${line}`).join('\n')}
 */
import type { AlgorithmTable } from './algorithms.ts';

export const ALGORITHM_TABLE: AlgorithmTable = {
${verbs.join('\n')}
};
`;
}

function renderVerb(verb: string, rows: readonly AlgorithmRow[]): string {
  const texts = rows.map(({ upToBytes, upToRanks, algorithm }) => {
    const ranks = upToRanks === undefined ? '' : `upToRanks: ${upToRanks}, `;
    return `{ upToBytes: ${upToBytes}, ${ranks}algorithm: '${algorithm}' }`;
  });
  if (texts.length === 1) return `  ${verb}: [${texts[0] ?? ''}],`;
  return [`  ${verb}: [`, ...texts.map((text) => `    ${text},`), '  ],'].join('\n');
}
