/** Shows on a page here what another program shows, and tells that program what people do here. */
import { type ServeViewOptions, serveView, type View } from '../serve-view.ts';
import type { ViewFeedback } from '../feedback.ts';
import type { RemoteView } from './connect-view.ts';

/** Values of each topic for each second while nobody has the page open. */
const RATE_UNSEEN = 1;

/** Where the page's own callbacks lead. */
interface Desk {
  said: (said: ViewFeedback) => void;
  demanded: (hertz: number) => void;
}

/** A page of its own for what `remote` shows; `follow` fills it. */
export class Mirror implements AsyncDisposable {
  readonly view: View;
  #remote: RemoteView | undefined;
  #rate = 0;
  /** Values that have come. */
  frames = 0;
  /** The status line of the program there. */
  status: { readonly rate: number | undefined; readonly run: number | string | undefined } | undefined;

  private constructor(view: View, desk: Desk) {
    this.view = view;
    desk.said = (said) => this.#remote?.say(said);
    desk.demanded = (hertz) => this.#ask(hertz);
  }

  static async open(options: ServeViewOptions): Promise<Mirror> {
    const desk: Desk = { said: () => undefined, demanded: () => undefined };
    const view = await serveView({
      ...options,
      onFeedback: (said) => desk.said(said),
      onDemand: (hertz) => desk.demanded(hertz),
    });
    return new Mirror(view, desk);
  }

  /** Shows what is shown there; resolves when no more comes. What was there before goes. */
  async follow(remote: RemoteView): Promise<void> {
    this.#remote = remote;
    this.view.clear();
    this.#ask(this.#rate);
    for await (const frame of remote) {
      this.frames += 1;
      if (frame.panel.kind === 'status') this.status = { rate: frame.panel.rate, run: frame.panel.run };
      this.view.mirror(frame);
    }
    this.#remote = undefined;
  }

  close(): Promise<void> {
    return this.view.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** A page that nobody looks at need not be kept up to date. */
  #ask(hertz: number): void {
    this.#rate = hertz;
    this.#remote?.say({ type: 'rate', hertz: Math.max(RATE_UNSEEN, hertz) });
  }
}
