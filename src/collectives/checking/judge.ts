/**
 * Compares what all processes say about a collective: why it cannot run, or null where they agree. The first thing wrong is
 * told, in the order of this table, with what every rank says:
 *
 *     the verb                        "ranks 0, 2 call bcast, rank 1 calls barrier"
 *     arguments wrong by themselves   "rank 1 is refused: Cannot broadcast …"
 *     the root                        "ranks 0, 2 say root 0, rank 1 says root 1"
 *     operation, elements, …          "rank 0 says operation SUM, rank 1 says operation MAX"
 *     what i sends to j               "rank 0 sends 3 elements of Int32Array to rank 1, which expects 4 of Int32Array"
 */
import type { ErrorClassName } from '../../errors/error-classes.ts';
import { PROC_NULL, ROOT } from '../../model/constants.ts';
import { elementBytes, elementTypeName, typesAgree } from '../../wire/element-type.ts';
import type { CollectiveCall, Complaint, Disagreement, Flow } from './collective-call.ts';

/** How many ranks are named before the others are only counted. */
const RANKS_NAMED = 16;

/** One process' word. */
interface Word {
  readonly rank: number;
  /** ' of the remote group' and the like; '' where there is but one group. */
  readonly where: string;
  readonly call: CollectiveCall;
}

/** `remote` are the calls of an intercommunicator's other group; the text is for the local one. */
export function judge(
  local: readonly CollectiveCall[],
  remote: readonly CollectiveCall[] | null,
): Disagreement | null {
  const near = wordsOf(local, remote === null ? '' : ' of the local group');
  const far = remote === null ? null : wordsOf(remote, ' of the remote group');
  const all = [...near, ...(far ?? [])];
  const wrong =
    differingVerbs(all) ??
    firstComplaint(all) ??
    (far === null ? differingRoots(all) : wrongInterRoots(near, far)) ??
    differing(all, 'same') ??
    differing(near, 'sameInGroup') ??
    differing(far ?? [], 'sameInGroup') ??
    wrongFlow(near, far ?? near) ??
    (far === null ? null : wrongFlow(far, near));
  const [first] = near;
  if (wrong === null || first === undefined) return null;
  const action = wrong.code === 'MPI_ERR_NOT_SAME' && all.some(({ call }) => call.verb !== first.call.verb);
  return { ...wrong, action: action ? 'start a collective' : actionOf(first.call.verb) };
}

const wordsOf = (calls: readonly CollectiveCall[], where: string): Word[] =>
  calls.map((call, rank) => ({ rank, where, call }));

// ── what is compared

const disagree = (code: ErrorClassName, said: string, rule = ''): Complaint => ({
  code,
  text: `the processes do not agree: ${said}${rule}`,
});

function differingVerbs(words: readonly Word[]): Complaint | null {
  const said = sayings(words, ({ call }) => call.verb);
  return said.size < 2 ? null : disagree('MPI_ERR_NOT_SAME', tell(said, 'call', 'calls'));
}

function firstComplaint(words: readonly Word[]): Omit<Disagreement, 'action'> | null {
  for (const word of words) {
    const { complaint } = word.call;
    if (complaint === undefined) continue;
    return { ...complaint, text: `${one(word)} is refused: ${complaint.text}`, refused: true };
  }
  return null;
}

function differingRoots(words: readonly Word[]): Complaint | null {
  const said = sayings(words, ({ call }) =>
    call.root === undefined ? undefined : `root ${String(call.root)}`,
  );
  return said.size < 2 ? null : disagree('MPI_ERR_ROOT', tell(said, 'say', 'says'));
}

/** One process says ROOT, its companions PROC_NULL, the other group that one's rank (MPI-4.1 §6.2.3). */
function wrongInterRoots(near: readonly Word[], far: readonly Word[]): Complaint | null {
  const all = [...near, ...far];
  if (all.every(({ call }) => call.root === undefined)) return null;
  const roots = all.filter(({ call }) => call.root === ROOT);
  const [root] = roots;
  const fits = ({ where, call, rank }: Word): boolean => {
    if (root === undefined) return false;
    if (where !== root.where) return call.root === root.rank;
    return call.root === (rank === root.rank ? ROOT : PROC_NULL);
  };
  if (roots.length === 1 && all.every(fits)) return null;
  const said = sayings(all, ({ call }) => rootName(call.root));
  const rule =
    '; one process passes ROOT, the others of its group PROC_NULL, and those of the other group its rank';
  return disagree('MPI_ERR_ROOT', tell(said, 'say', 'says'), rule);
}

function rootName(root: CollectiveCall['root']): string {
  if (root === ROOT) return 'root ROOT';
  return root === PROC_NULL ? 'root PROC_NULL' : `root ${String(root)}`;
}

/** The class of the error where an argument differs; MPI_ERR_NOT_SAME of all others. */
const CLASSES: Readonly<Record<string, ErrorClassName>> = {
  operation: 'MPI_ERR_OP',
  elements: 'MPI_ERR_COUNT',
  counts: 'MPI_ERR_COUNT',
  high: 'MPI_ERR_ARG',
};

function differing(words: readonly Word[], which: 'same' | 'sameInGroup'): Complaint | null {
  const names = new Set(words.flatMap(({ call }) => Object.keys(call[which] ?? {})));
  for (const name of names) {
    const said = sayings(words, ({ call }) => {
      const value = call[which]?.[name];
      return value === undefined ? undefined : `${name} ${value}`;
    });
    if (said.size > 1) return disagree(CLASSES[name] ?? 'MPI_ERR_NOT_SAME', tell(said, 'say', 'says'));
  }
  return null;
}

/** What each of these sends to each of those must be what that one expects of it. */
function wrongFlow(senders: readonly Word[], receivers: readonly Word[]): Complaint | null {
  for (const sender of senders) {
    for (const receiver of receivers) {
      const sent = amount(sender.call.sends, receiver.rank);
      const expected = amount(receiver.call.expects, sender.rank);
      const typed = typesAgree(sent.elementType, expected.elementType) || sent.bytes + expected.bytes === 0;
      if (typed && sent.bytes === expected.bytes) continue;
      const code = sent.bytes === expected.bytes ? 'MPI_ERR_TYPE' : 'MPI_ERR_COUNT';
      return {
        code,
        text: `${one(sender)} sends ${sent.text} to ${one(receiver)}, which expects ${expected.text}`,
      };
    }
  }
  return null;
}

interface PeerAmount {
  readonly elementType: number;
  readonly bytes: number;
  readonly text: string;
}

function amount(flow: Flow | undefined, peer: number): PeerAmount {
  if (flow === undefined || (flow.peer !== undefined && flow.peer !== peer)) {
    return { elementType: 0, bytes: 0, text: 'nothing' };
  }
  const { elementType, counts } = flow;
  const count = typeof counts === 'number' ? counts : (counts[peer] ?? 0);
  const text = `${String(count)} element${count === 1 ? '' : 's'} of ${elementTypeName(elementType)}`;
  return { elementType, bytes: count * elementBytes(elementType), text };
}

// ── how it is told

/** Who says what, in the order of the first to say it; who says nothing is left out. */
function sayings(words: readonly Word[], of: (word: Word) => string | undefined): Map<string, Word[]> {
  const said = new Map<string, Word[]>();
  for (const word of words) {
    const saying = of(word);
    if (saying === undefined) continue;
    const speakers = said.get(saying);
    if (speakers === undefined) said.set(saying, [word]);
    else speakers.push(word);
  }
  return said;
}

function tell(said: ReadonlyMap<string, readonly Word[]>, many: string, single: string): string {
  const told = [...said].map(
    ([saying, speakers]) => `${several(speakers)} ${speakers.length === 1 ? single : many} ${saying}`,
  );
  return told.join(', ');
}

/** `ranks 0, 2` or `ranks 0, 2 of the local group and rank 1 of the remote group`. */
function several(words: readonly Word[]): string {
  const places = [...new Set(words.map(({ where }) => where))];
  return places
    .map((place) => {
      const ranks = words.filter(({ where }) => where === place).map(({ rank }) => rank);
      const named = ranks.slice(0, RANKS_NAMED).join(', ');
      const more = ranks.length - RANKS_NAMED;
      return `rank${ranks.length === 1 ? '' : 's'} ${named}${more > 0 ? ` and ${String(more)} more` : ''}${place}`;
    })
    .join(' and ');
}

const one = ({ rank, where }: Word): string => `rank ${String(rank)}${where}`;

/** What a verb does, where other errors have another word for it. */
const ACTIONS: Readonly<Record<string, string>> = {
  bcast: 'broadcast',
  reduceScatter: 'reduce-scatter',
  reduceScatterBlock: 'reduce-scatter',
  dup: 'duplicate',
  splitType: 'split',
  create: 'create a communicator',
  createIntercomm: 'create an intercommunicator',
};

export function actionOf(verb: string): string {
  const base = verb.replace(/v?Into$/, '');
  return ACTIONS[base] ?? base;
}
