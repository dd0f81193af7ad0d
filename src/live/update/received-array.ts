/** An array of a frame that has come: a view of the frame's memory, with its name and its shape. */
import type { TypedArray } from '../../index.ts';

export interface ReceivedArray {
  readonly name: string;
  readonly shape: readonly number[];
  /** A view of the frame. */
  readonly data: TypedArray;
}
