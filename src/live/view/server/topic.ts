/**
 * One topic: its last value and what was made of it for viewers. A value is encoded only when a viewer is ready for it, once for
 * all viewers that want the same format; a strip chart is encoded for each, from where that viewer stands.
 */
import { MPIError, type TypedArray } from '../../../index.ts';
import type { Panel } from '../panel.ts';
import { encodeImage, type ImageCodes, type ImageFormat } from '../wire/image-data.ts';
import { encodeBody } from '../wire/view-frame.ts';
import type { FramePanel, StripFrame } from '../wire/view-topics.ts';
import { requirePanel } from './panel-check.ts';
import { SharedBody } from './shared-body.ts';
import { snapshot } from './snapshot.ts';
import { StripHistory } from './strip-history.ts';

/** A panel, or what makes it when somebody looks. */
export type PanelSource = Panel | (() => Panel);

/** Raw: arrays as the program has them, for processes that show them again. */
export type BodyFormat = ImageFormat | 'raw';

type Encoded = readonly [version: number, body: SharedBody];

export class Topic {
  readonly name: string;
  /** Versions up to this one were of others. */
  readonly base: number;
  version: number;
  time = 0;
  readonly #onMade: ((panel: Panel) => void) | undefined;
  #panel: Panel | undefined;
  #make: (() => Panel) | undefined;
  #own: FramePanel | undefined;
  #strip: StripHistory | undefined;
  readonly #encoded = new Map<BodyFormat, Encoded>();
  /** Of the frame before, whose body has a copy of them. */
  readonly #codes = new Map<BodyFormat, ImageCodes['data']>();
  /** Memory of a body that nobody holds any more. */
  #spare: Uint8Array | undefined;

  /**
   * @param base the version before its first: where a topic of this name has been removed, versions go on
   * @param onMade hears of panels that a function has made
   */
  constructor(name: string, base: number = 0, onMade?: (panel: Panel) => void) {
    this.name = name;
    this.#onMade = onMade;
    this.version = this.base = base;
  }

  /** Points that a strip chart has had; undefined where it is none. */
  get points(): number | undefined {
    return this.#strip?.count;
  }

  show(source: PanelSource, time: number): void {
    if (typeof source === 'function') this.#make = source;
    else {
      requirePanel(this.name, source);
      this.#make = undefined;
      if (source.kind === 'strip') (this.#strip ??= new StripHistory()).append(source, source.time ?? time);
      else this.#strip = undefined;
      this.#panel = snapshot(source, this.#panel);
    }
    this.version += 1;
    this.time = time;
  }

  /** A value of the server's own. */
  publish(panel: FramePanel, time: number): void {
    this.#own = panel;
    this.version += 1;
    this.time = time;
  }

  /** Points of a strip chart that another server has had. */
  extend(frame: StripFrame, time: number): void {
    (this.#strip ??= new StripHistory()).extend(frame);
    this.version += 1;
    this.time = time;
  }

  /**
   * The value as it is sent. Whoever sends it holds it, until it has come.
   *
   * @param points of a strip chart that the viewer has already
   */
  body(format: BodyFormat, points: number): SharedBody {
    if (this.#strip !== undefined) return this.#shared(this.#strip.since(points));
    const known = this.#encoded.get(format);
    if (known?.[0] === this.version) return known[1];
    known?.[1].letGo();
    this.#encoded.delete(format);
    const body =
      this.#make === undefined ? this.#encode(this.#panel, format) : this.#made(this.#make, format);
    this.#encoded.set(format, [this.version, body]);
    return body;
  }

  #encode(panel: Panel = { kind: 'text', text: '' }, format: BodyFormat): SharedBody {
    return this.#shared(this.#own ?? this.#framePanel(panel, format));
  }

  #shared(panel: FramePanel | Panel): SharedBody {
    const room = this.#spare;
    this.#spare = undefined;
    return new SharedBody(encodeBody(this.name, panel, room), (memory) => {
      this.#spare = memory;
    });
  }

  #framePanel(panel: Panel, format: BodyFormat): FramePanel | Panel {
    // A single point of a strip chart that is made on demand has no history.
    if (panel.kind === 'strip') return stripOf(panel);
    if (format === 'raw') return panel;
    if (panel.kind === 'image') {
      const { data, ...rest } = panel;
      return { ...rest, codes: this.#codesOf(data, format) };
    }
    if (panel.kind === 'histogram2d') {
      const { counts, ...rest } = panel;
      return { ...rest, codes: this.#codesOf(counts, format) };
    }
    return panel;
  }

  #codesOf(values: TypedArray, format: ImageFormat): ImageCodes {
    const codes = encodeImage(values, format, this.#codes.get(format));
    this.#codes.set(format, codes.data);
    return codes;
  }

  /** It runs long after it was shown, in a timer or for a socket, where nobody catches what it throws: the page tells it. */
  #made(make: () => Panel, format: BodyFormat): SharedBody {
    try {
      const panel = make();
      requirePanel(this.name, panel);
      const body = this.#encode(panel, format);
      this.#onMade?.(panel);
      return body;
    } catch (error) {
      return this.#encode(errorPanel(this.name, error), format);
    }
  }
}

/** Our own errors say already what cannot be shown. */
function errorPanel(name: string, error: unknown): Panel {
  const text = error instanceof Error ? error.message : String(error);
  return {
    kind: 'text',
    text: error instanceof MPIError ? text : `Cannot show ${JSON.stringify(name)}: ${text}`,
  };
}

function stripOf(panel: Panel & { kind: 'strip' }): FramePanel {
  const history = new StripHistory();
  history.append(panel, panel.time ?? 0);
  return history.since(0);
}
