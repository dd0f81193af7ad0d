/** What an operation under way waits for, as it can say itself: for people who want to know why nothing goes on. */
import type { ProcessId } from '../model/process-id.ts';
import type { AwaitedPeer, ReportedWait } from '../pmi/wait-report.ts';

export type WaitDescription = Omit<ReportedWait, 'site' | 'since' | 'otherPeers'>;

/** What can be asked what it waits for. */
export interface Waiting {
  /** Null where it does not know. */
  describe(): WaitDescription | null;
  /** True where a blocked thread would wait for ever. */
  needsEventLoop?(): boolean;
  /** Calls `note` soon with the stack of whoever awaits it, unless it ends before. */
  locate?(note: (stack: string) => void): void;
}

/** The verb that the program has called, where several operations make up what it does. */
export interface WaitingVerb {
  readonly verb: string;
  /** The communicator's name in quotes, or what it is. */
  readonly label: () => string;
}

const UNKNOWN: WaitDescription = {
  operation: 'wait',
  communicator: '',
  peers: [],
  open: true,
  tag: null,
  data: '',
};

/** What of a context is worth a word: its communicator's name, and who its ranks are. */
export interface ContextNames {
  readonly label: () => string;
  readonly sources: readonly { readonly id: ProcessId }[] | null;
}

/** What is known of a wait; `verb` knows better what the program does. */
export function describeWait(waiting: Waiting | null, verb: WaitingVerb | null): WaitDescription {
  const inner = waiting?.describe() ?? UNKNOWN;
  if (verb === null) return inner;
  return { ...inner, operation: verb.verb, communicator: verb.label(), tag: null };
}

/** Several waits of which any one would do, in one. */
export function describeAny(waits: readonly WaitDescription[], operation: string): WaitDescription {
  const [first = UNKNOWN] = waits;
  if (waits.length === 1) return first;
  const peers = new Map<string, AwaitedPeer>();
  for (const { peers: some } of waits) for (const peer of some) peers.set(peer.process, peer);
  return {
    operation,
    communicator: waits.every(({ communicator }) => communicator === first.communicator)
      ? first.communicator
      : '',
    peers: [...peers.values()],
    open: waits.some(({ open }) => open),
    tag: null,
    data: `${String(waits.length)} operations, any of them`,
  };
}
