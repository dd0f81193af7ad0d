/**
 * Those who come to look, as a stream knows them: it hands each to the desk of whoever shows something, and knows nothing of what
 * is shown. They are no clients: no run waits for one, no table and no store has them.
 */

/** The way to one viewer. It never waits: what it cannot take is not given to it. */
export interface ViewerLine {
  readonly isOpen: boolean;
  /** Handed over, and still here. */
  readonly bufferedBytes: number;
  /** One value: its head, and a body that all viewers share. */
  sendFrame(head: Uint8Array, body: Uint8Array): void;
  sendText(text: string): void;
}

/** A viewer that was let in. */
export interface Attendance {
  /** A message of it. */
  readonly hear: (text: string) => void;
  /** It has left; `error`: without a word. */
  readonly gone: (error?: Error) => void;
}

export interface ViewerDesk {
  /** Lets a viewer in that has come through a port; `hangUp` is called where nothing more is shown. Text: why not. */
  admit(line: ViewerLine, name: string, hangUp: () => void): Attendance | string;
}
