/** What a program declares when it shows something. */
import type { MasterStream } from '../stream/master-stream.ts';
import type { ViewFeedback } from './feedback.ts';

export const RATE_DEFAULT = 30;
export const VIEWERS_MAX_DEFAULT = 64;

/** A process that came through the door, or left. */
export interface ViewerNews {
  /** `'lost'`: it was killed, or has broken off. */
  readonly type: 'attached' | 'left' | 'lost';
  /** As it calls itself. */
  readonly viewer: string;
}

export interface BoardOptions {
  /** At the head of the page: `'parley'` by default. */
  readonly title?: string;
  /**
   * The stream that is shown. Panels appear by themselves for what its clients send; what people do at the page goes to the
   * clients, unless `onFeedback` hears it; processes that come through a port of the stream to look on are let in.
   */
  readonly stream?: MasterStream;
  /** Whether panels appear by themselves for what the stream brings: true by default. */
  readonly automatic?: boolean;
  /** Lets other processes in under this name: `parley view NAME` in another terminal shows the same. */
  readonly publish?: string;
  /** Frames of a topic for each second that a viewer gets until it asks for another rate: 30 by default. */
  readonly rate?: number;
  /** Further ones are refused: 64 by default. */
  readonly viewersMax?: number;
  /** Hears everything that `feedback()` gives. */
  readonly onFeedback?: (feedback: ViewFeedback) => void;
  /** Hears of processes that come to look on, and go: for a line in a log. */
  readonly onViewer?: (news: ViewerNews) => void;
  /**
   * Hears how many frames of a topic for each second the fastest viewer wants, whenever that changes; 0 where nobody looks. For
   * programs that need not make what nobody sees.
   */
  readonly onDemand?: (hertz: number) => void;
  /** Closes it. */
  readonly signal?: AbortSignal;
  /** Milliseconds since 1970; the system's clock by default. */
  readonly now?: () => number;
}
