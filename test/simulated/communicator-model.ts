/**
 * Communicators as lists of world ranks, and random plans of what is made of them. Every rank draws the same plan, and
 * so knows what it must find.
 */
import type { SeededRandom } from '#transport/simulated/seeded-random.js';

/** A communicator of these world ranks, in rank order. */
export interface Model {
  readonly ranks: readonly number[];
  /** The other group of an intercommunicator; null where there is only one. */
  readonly others: readonly number[] | null;
}

export type Act =
  | { readonly kind: 'dup' | 'free' | 'disconnect'; readonly of: number }
  | {
      readonly kind: 'split';
      readonly of: number;
      /** By world rank; null for UNDEFINED. */
      readonly colors: readonly (number | null)[];
      readonly keys: readonly number[];
    }
  | { readonly kind: 'create'; readonly of: number; readonly parts: readonly Model[] }
  | {
      readonly kind: 'createGroup';
      readonly of: number;
      readonly ranks: readonly number[];
      readonly tag: number;
    }
  | { readonly kind: 'merge'; readonly of: number; readonly high: boolean; readonly othersHigh: boolean }
  | {
      readonly kind: 'createIntercomm';
      readonly of: number;
      readonly and: number;
      /** Ranks in the two groups. */
      readonly leaders: readonly [number, number];
      readonly tag: number;
    }
  | { readonly kind: 'fromGroup'; readonly ranks: readonly number[]; readonly tag: string }
  | {
      readonly kind: 'fromGroups';
      readonly ranks: readonly number[];
      readonly others: readonly number[];
      readonly leaders: readonly [number, number];
      readonly tag: string;
    };

export const intra = (ranks: readonly number[]): Model => ({ ranks, others: null });

/** All world ranks that take part. */
export const everybodyIn = ({ ranks, others }: Model): readonly number[] => [...ranks, ...(others ?? [])];

export function shuffled(random: SeededRandom, ranks: readonly number[]): number[] {
  const rest = [...ranks];
  return ranks.map(() => rest.splice(random.below(rest.length), 1)[0] ?? -1);
}

/** Some of them, at least one, in any order. */
export function someOf(random: SeededRandom, ranks: readonly number[]): number[] {
  return shuffled(random, ranks).slice(0, random.between(1, ranks.length));
}

/** Two groups without a common member; null where there are too few. */
function twoOf(random: SeededRandom, ranks: readonly number[]): [number[], number[]] | null {
  if (ranks.length < 2) return null;
  const all = shuffled(random, ranks);
  const cut = random.between(1, all.length - 1);
  return [all.slice(0, cut), all.slice(cut, random.between(cut + 1, all.length))];
}

/** Something that can be done with these communicators, the world being the first; `step` makes tags that differ. */
export function drawAct(random: SeededRandom, models: readonly (Model | null)[], step: number): Act | null {
  const alive = [...models.keys()].filter((index) => models[index] !== null);
  const world = models[0]?.ranks ?? [];
  const of = random.pick(alive);
  const model = models[of] ?? intra([]);
  switch (random.below(9)) {
    case 0:
      return { kind: 'dup', of };
    case 1: {
      const count = random.between(1, 3);
      const colors = world.map(() => (random.chance(0.1) ? null : random.below(count)));
      return { kind: 'split', of, colors, keys: world.map(() => random.below(3) - 1) };
    }
    case 2: {
      if (model.others !== null) {
        const part = (ranks: readonly number[]): number[] =>
          random.chance(0.1) ? [] : someOf(random, ranks);
        return { kind: 'create', of, parts: [{ ranks: part(model.ranks), others: part(model.others) }] };
      }
      const two = random.chance(0.5) ? twoOf(random, model.ranks) : null;
      return { kind: 'create', of, parts: (two ?? [someOf(random, model.ranks)]).map(intra) };
    }
    case 3:
      if (model.others !== null) return null;
      return { kind: 'createGroup', of, ranks: someOf(random, model.ranks), tag: step };
    case 4:
      if (model.others === null) return null;
      return { kind: 'merge', of, high: random.chance(0.5), othersHigh: random.chance(0.5) };
    case 5: {
      const and = random.pick(alive);
      const other = models[and] ?? intra([]);
      if (model.others !== null || other.others !== null) return null;
      if (model.ranks.some((rank) => other.ranks.includes(rank))) return null;
      const leaders = [random.below(model.ranks.length), random.below(other.ranks.length)] as const;
      return { kind: 'createIntercomm', of, and, leaders, tag: step };
    }
    case 6:
      return { kind: 'fromGroup', ranks: someOf(random, world), tag: `tag ${step % 3}` };
    case 7: {
      const two = twoOf(random, world);
      if (two === null) return null;
      const [ranks, others] = two;
      const leaders = [random.below(ranks.length), random.below(others.length)] as const;
      return { kind: 'fromGroups', ranks, others, leaders, tag: `tag ${step % 3}` };
    }
    default:
      return of === 0 ? null : { kind: random.pick(['free', 'disconnect']), of };
  }
}

/** What an act makes. The order of a merge where both say the same is free: the two that it may have. */
export function outcomeOf(act: Act, models: readonly (Model | null)[]): Model[] {
  const model = 'of' in act ? (models[act.of] ?? intra([])) : intra([]);
  switch (act.kind) {
    case 'dup':
      return [model];
    case 'split': {
      const part = (ranks: readonly number[], color: number): number[] =>
        ranks
          .filter((rank) => act.colors[rank] === color)
          // Array.prototype.sort is stable, as a split is.
          .sort((a, b) => (act.keys[a] ?? 0) - (act.keys[b] ?? 0));
      const made = [0, 1, 2].map((color) => ({
        ranks: part(model.ranks, color),
        others: model.others === null ? null : part(model.others, color),
      }));
      return made.filter(({ ranks, others }) => ranks.length > 0 && others?.length !== 0);
    }
    case 'create':
      return act.parts.filter(({ ranks, others }) => ranks.length > 0 && others?.length !== 0);
    case 'createGroup':
    case 'fromGroup':
      return [intra(act.ranks)];
    case 'merge': {
      const others = model.others ?? [];
      return [intra(act.high && !act.othersHigh ? [...others, ...model.ranks] : [...model.ranks, ...others])];
    }
    case 'createIntercomm':
      return [{ ranks: model.ranks, others: models[act.and]?.ranks ?? [] }];
    case 'fromGroups':
      return [{ ranks: act.ranks, others: act.others }];
    case 'free':
    case 'disconnect':
      return [];
  }
}
