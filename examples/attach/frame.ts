/** What a viewer gets to see, and what it says. */
export interface Frame {
  readonly sweep: number;
  /** How many there will be. */
  readonly sweeps: number;
  readonly magnetisation: number;
  readonly energy: number;
  /** Lines of text. */
  readonly picture: readonly string[];
}

/** A viewer asks for each frame, so one that is slow, or stopped, is owed nothing. */
export type Wish = 'next' | 'goodbye';
