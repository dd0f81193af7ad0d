/**
 * One matching context: the messages and receives of one communicator, kept apart from those of every other. It may
 * exist before this process has made the communicator: a peer may be quicker, and its messages wait here.
 */
import type { MPIError } from '../errors/mpi-error.ts';
import { ANY_SOURCE, ANY_TAG } from '../model/constants.ts';
import { PostedReceives } from '../matching/posted-receives.ts';
import { UnexpectedMessages } from '../matching/unexpected-messages.ts';
import type { ProcessId } from '../model/process-id.ts';
import type { AwaitedPeer } from '../pmi/wait-report.ts';
import type { ArrivedMessage } from './arrived-message.ts';
import type { Party } from './party.ts';
import type { WaitingInCommon, WaitingProbe, WaitingReceive } from './waiting.ts';

/** Beside the sources of a context of collectives: the other one of an intercommunicator's two groups. */
export interface CollectiveCircle {
  readonly others: readonly Party[];
  /** What the others are, e.g. `'local group'`; '' where there are none. */
  readonly othersAre: string;
}

export class MatchContext {
  readonly high: number;
  readonly low: number;
  /** Whose messages belong here, by the rank that they name as their source; null as long as that is unknown. */
  sources: readonly Party[] | null = null;
  /** The communicator's name, for errors. */
  label: () => string = () => 'a communicator';
  readonly posted: PostedReceives<WaitingReceive> = new PostedReceives();
  readonly unexpected: UnexpectedMessages<ArrivedMessage> = new UnexpectedMessages();
  /** Probes that wait, in the order in which they were started. */
  readonly probes: WaitingProbe[] = [];
  /** Waits for what the members do in the memory that they have in common. */
  readonly commonWaits: Set<WaitingInCommon> = new Set();
  /** Ranks whose failure no receive from any source has been told of yet. */
  unreportedFailures: number[] = [];
  /** Why nothing works here any more: in a collective, everybody depends on everybody. */
  broken: MPIError | null = null;
  /** In a context of collectives: on whom everybody in it depends beside its sources; null in others. */
  collective: CollectiveCircle | null = null;
  /** In a context of collectives: they are over, and its processes say goodbye; whoever has left has said it. */
  ending: boolean = false;
  /** How often it is open: 0 as long as only messages have come for it. */
  holders: number = 0;

  constructor(high: number, low: number) {
    this.high = high;
    this.low = low;
  }

  /** The receive that takes a message with this envelope. One that cannot take its type fails; the message goes on. */
  match(source: number, tag: number, elementType: number): WaitingReceive | null {
    for (;;) {
      const receive = this.posted.match(source, tag);
      if (receive === null) return null;
      const refusal = receive.refusal(elementType, source, tag);
      if (refusal === null) return receive;
      receive.fail(refusal);
    }
  }

  /** A receive has given a message back: the next one takes it, or it lies at its old place again. */
  giveBack(message: ArrivedMessage): void {
    const receive = this.match(message.source, message.tag, message.elementType);
    if (receive === null) this.file(message);
    else receive.matchArrived(message);
  }

  /** Takes out what came before it was known whose messages belong here, and does not: who has sent it. */
  dropForged(sources: readonly Party[]): Set<ProcessId> {
    const forgers = new Set<ProcessId>();
    this.unexpected.forEach((message) => {
      if (sources[message.source] === message.peer) return;
      this.unexpected.remove(message);
      forgers.add(message.peer.id);
    });
    return forgers;
  }

  /** Who could send what a receive or probe from `source` waits for. */
  awaitedFrom(source: number): AwaitedPeer[] {
    const peers = (this.sources ?? []).map(({ id, end }, rank) => ({ process: id, rank, end }));
    return peers
      .filter(({ rank, end }) => (source === ANY_SOURCE ? end === null : rank === source))
      .map(({ process, rank }) => ({ process, rank }));
  }

  /** Files a message that nobody waits for, and tells the probes. */
  file(message: ArrivedMessage): void {
    message.queue = this.unexpected;
    this.unexpected.add(message);
    for (let k = 0; k < this.probes.length; k++) {
      const probe = this.probes[k]!;
      if (!covers(probe.source, probe.tag, message.source, message.tag)) continue;
      this.probes.splice(k--, 1);
      probe.found(message);
      if (probe.takes) return;
    }
  }
}

/** True where a receive or probe for (wantedSource, wantedTag) takes a message of (source, tag). */
function covers(wantedSource: number, wantedTag: number, source: number, tag: number): boolean {
  return (
    (wantedSource === ANY_SOURCE || wantedSource === source) && (wantedTag === ANY_TAG || wantedTag === tag)
  );
}
