/**
 * From the times of each algorithm to the rows of the table: for each number of ranks, which algorithm from which size on.
 *
 *     bytes       8   32  128  512 ...          times are noisy, so a change of algorithm must pay for itself: of all
 *     binomial   0.4  0.4  0.5  0.9             ways through the sizes the one is taken whose times, as logarithms,
 *     ring       0.9  0.9  0.9  0.2             and changes cost least together (dynamic programming over the sizes).
 *                └── binomial ──┘└─ ring
 *
 * Between two measured sizes, or numbers of ranks, the border is their geometric mean.
 */
import type { AlgorithmRow } from '../../collectives/tuning/algorithms.ts';

/** Seconds of one operation by algorithm, at one size; infinite where it failed. */
export interface TimesAtSize {
  readonly bytes: number;
  readonly seconds: ReadonlyMap<string, number>;
}

/** The same for a number of ranks, by rising size. */
export interface TimesAtRanks {
  readonly ranks: number;
  readonly sizes: readonly TimesAtSize[];
}

/**
 * What a change of algorithm must gain, summed over all sizes: as a logarithm, so a factor of 1.6. Where ranks share cores the same thing
 * takes twice as long in the next run, and a change that gains less is one of chance.
 */
const CHANGE_COST = 0.5;

/** Rows for a verb, from its times by rising number of ranks. For more ranks than were measured those of `standing` stay. */
export function bestRows(times: readonly TimesAtRanks[], standing: readonly AlgorithmRow[]): AlgorithmRow[] {
  const groups: { upToRanks: number; rows: AlgorithmRow[] }[] = [];
  times.forEach(({ ranks, sizes }, index) => {
    const next = times[index + 1]?.ranks;
    const upToRanks = next === undefined ? ranks : Math.floor(Math.sqrt(ranks * next));
    const rows = rowsOfSizes(sizes);
    const last = groups.at(-1);
    if (last !== undefined && JSON.stringify(last.rows) === JSON.stringify(rows)) last.upToRanks = upToRanks;
    else groups.push({ upToRanks, rows });
  });
  const most = times.at(-1)?.ranks ?? 0;
  return [
    ...groups.flatMap(({ upToRanks, rows }) => rows.map((row) => ({ ...row, upToRanks }))),
    ...standing.filter(({ upToRanks = Infinity }) => upToRanks > most),
  ];
}

function rowsOfSizes(sizes: readonly TimesAtSize[]): AlgorithmRow[] {
  const rows: AlgorithmRow[] = [];
  const choices = cheapestChoices(sizes);
  choices.forEach((algorithm, index) => {
    const [here, next] = [sizes[index]?.bytes ?? 0, sizes[index + 1]?.bytes];
    if (next !== undefined && choices[index + 1] === algorithm) return;
    rows.push({ upToBytes: next === undefined ? Infinity : Math.floor(Math.sqrt(here * next)), algorithm });
  });
  return rows;
}

interface Way {
  readonly cost: number;
  readonly choices: readonly string[];
}

/** The algorithm at each size. */
function cheapestChoices(sizes: readonly TimesAtSize[]): readonly string[] {
  const names = [...new Set(sizes.flatMap(({ seconds }) => [...seconds.keys()]))];
  let ways = new Map<string, Way>(names.map((name) => [name, { cost: 0, choices: [] }]));
  for (const { bytes, seconds } of sizes) {
    const best = cheapest([...ways.values()]);
    const longer = names.map((name): [string, Way] => {
      const stayed = ways.get(name) ?? best;
      const way =
        stayed.cost <= best.cost + CHANGE_COST ? stayed : { ...best, cost: best.cost + CHANGE_COST };
      const cost = way.cost + Math.log(seconds.get(name) ?? Infinity);
      return [name, { cost, choices: [...way.choices, name] }];
    });
    ways = new Map(longer);
    if (longer.every(([, { cost }]) => cost === Infinity)) {
      throw new Error(`Cannot choose among ${names.join(', ')}: none could be measured at ${bytes} bytes`);
    }
  }
  return cheapest([...ways.values()]).choices;
}

function cheapest(ways: readonly Way[]): Way {
  return ways.reduce((best, way) => (way.cost < best.cost ? way : best));
}
