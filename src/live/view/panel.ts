/**
 * What a program can show, as plain data: one type for each kind of panel. A panel says what its numbers mean (labels, units,
 * ranges); how they are drawn is the page's business. Arrays are typed arrays of any class, images and two-dimensional
 * histograms row by row.
 */
import type { TypedArray } from '../../index.ts';

export type Panel =
  | ImagePanel
  | LinesPanel
  | HistogramPanel
  | Histogram2DPanel
  | StripPanel
  | ScatterPanel
  | DifferencePanel
  | ScalarsPanel
  | ClientsPanel
  | ControlsPanel
  | StatusPanel
  | TextPanel;

interface PanelBasics {
  /** The name of its topic by default. */
  readonly title?: string;
  /** One line beside the title, such as a unit or a condition. */
  readonly note?: string;
  /** How much room it takes on a wide page: by its kind by default. */
  readonly size?: 'small' | 'medium' | 'wide' | 'tall';
}

export interface AxisLabel {
  readonly label?: string;
  readonly unit?: string;
}

/** Half-open ranges of rows and columns, as a slice: `{ rows: [10, 480], columns: [20, 70] }`. */
export interface Region {
  readonly rows: readonly [from: number, to: number];
  readonly columns: readonly [from: number, to: number];
}

export type ImageScale = 'linear' | 'sqrt' | 'log';
export type ColorMapName = 'viridis' | 'magma' | 'inferno' | 'gray' | 'diverging';

export interface ImagePanel extends PanelBasics {
  readonly kind: 'image';
  readonly data: TypedArray;
  readonly shape: readonly [rows: number, columns: number];
  /** Values of the two ends of the colour map; from percentiles of the frame by default. */
  readonly range?: readonly [from: number, to: number];
  readonly scale?: ImageScale;
  readonly colorMap?: ColorMapName;
  /** What the values are: a readout at the cursor shows it. */
  readonly unit?: string;
  /** The region that the program uses; the page lets the person draw another one. `null`: none yet. */
  readonly region?: Region | null;
}

export interface LineSeries {
  readonly label: string;
  readonly y: TypedArray;
  /** One standard deviation of each value, drawn as a band. */
  readonly error?: TypedArray;
  /** `'line'` by default. */
  readonly style?: 'line' | 'step' | 'points';
}

/** Lines over one common x: spectra, profiles, waveforms. */
export interface LinesPanel extends PanelBasics {
  readonly kind: 'lines';
  /** The index by default. */
  readonly x?: TypedArray | { readonly from: number; readonly step: number };
  readonly series: readonly LineSeries[];
  readonly xAxis?: AxisLabel;
  readonly yAxis?: AxisLabel;
  readonly yScale?: 'linear' | 'log';
}

export interface HistogramPanel extends PanelBasics {
  readonly kind: 'histogram';
  /** One more than there are counts. */
  readonly edges: TypedArray;
  readonly counts: TypedArray;
  /** What fell outside. */
  readonly below?: number;
  readonly above?: number;
  readonly xAxis?: AxisLabel;
  readonly yScale?: 'linear' | 'log';
  /** A line that the person can drag: tells the program `{ type: 'setting', name, value }`, as a control does. */
  readonly threshold?: { readonly name: string; readonly value: number };
}

export interface BinnedAxis extends AxisLabel {
  readonly from: number;
  readonly to: number;
}

export interface Histogram2DPanel extends PanelBasics {
  readonly kind: 'histogram2d';
  readonly counts: TypedArray;
  /** Bins along y, bins along x. */
  readonly shape: readonly [rows: number, columns: number];
  readonly x: BinnedAxis;
  readonly y: BinnedAxis;
  readonly scale?: ImageScale;
  readonly colorMap?: ColorMapName;
}

/**
 * When a value is not as it should be. NaN, and text, leave an alarm as it is. It ends with the value, with the rule, and with the
 * reading: a series of a strip chart that is not among the values keeps its alarm until it is there again.
 */
export interface AlarmRule {
  readonly above?: number;
  readonly below?: number;
  /** How far the value has to come back before the alarm ends, so that it does not flutter: 0 by default. */
  readonly hysteresis?: number;
  /** `'alarm'` by default. */
  readonly level?: 'warning' | 'alarm';
}

/** Points that are appended to what was shown before. */
export interface StripPanel extends PanelBasics {
  readonly kind: 'strip';
  /** Milliseconds since 1970; the time of `show` by default. */
  readonly time?: number;
  /** One value for each series; a series may come and go. */
  readonly values: Readonly<Record<string, number>>;
  readonly yAxis?: AxisLabel;
  readonly yScale?: 'linear' | 'log';
  /** Points that are kept: 3600 by default. The oldest give way. */
  readonly pointsMax?: number;
  readonly alarms?: Readonly<Record<string, AlarmRule>>;
}

export interface ScatterPanel extends PanelBasics {
  readonly kind: 'scatter';
  readonly x: TypedArray;
  readonly y: TypedArray;
  readonly xAxis?: AxisLabel;
  readonly yAxis?: AxisLabel;
}

/** Two conditions and their difference, as an `OnOff` accumulator has them. */
export interface DifferencePanel extends PanelBasics {
  readonly kind: 'difference';
  readonly x?: TypedArray | { readonly from: number; readonly step: number };
  readonly on: TypedArray;
  readonly off: TypedArray;
  /** `on − off` by default. */
  readonly difference?: TypedArray;
  /** One standard deviation of the difference. */
  readonly error?: TypedArray;
  readonly onCount: number;
  readonly offCount: number;
  /** χ² of two halves of the shots without pump against each other: χ²/ndf is 1 where nothing is wrong. */
  readonly nullTest?: { readonly chiSquare: number; readonly degreesOfFreedom: number };
  readonly xAxis?: AxisLabel;
  readonly yAxis?: AxisLabel;
}

export interface Scalar {
  readonly label: string;
  readonly value: number | string;
  readonly unit?: string;
  /** Digits that matter: 4 by default. */
  readonly digits?: number;
  readonly alarm?: AlarmRule;
}

export interface ScalarsPanel extends PanelBasics {
  readonly kind: 'scalars';
  readonly values: readonly Scalar[];
}

export interface ClientShown {
  /** Tells clients of one name apart. */
  readonly id?: number;
  readonly name: string;
  readonly rank?: number;
  readonly state: 'joining' | 'live' | 'silent' | 'left' | 'failed';
  readonly run?: number | undefined;
  readonly step?: number | undefined;
  readonly updatesPerSecond: number;
  readonly bytesPerSecond?: number;
  readonly lagMs: number;
  readonly queued: number;
  readonly lost: number;
  /** Milliseconds since 1970. */
  readonly lastSeen: number;
  readonly error?: string | undefined;
}

/** The rows of `stream.clients()` fit as they are. */
export interface ClientsPanel extends PanelBasics {
  readonly kind: 'clients';
  readonly rows: readonly ClientShown[];
}

/**
 * What the person at the page may change. Each change comes back as feedback of the control's name, and all pages show it in place
 * of `value`, until the control is shown with another `value` than before: that is the program's word, and replaces what was set.
 */
export type Control =
  | {
      readonly type: 'number';
      readonly name: string;
      readonly label?: string;
      readonly value: number;
      readonly min?: number;
      readonly max?: number;
      readonly step?: number;
      readonly unit?: string;
    }
  | {
      readonly type: 'choice';
      readonly name: string;
      readonly label?: string;
      readonly value: string;
      readonly options: readonly string[];
    }
  | { readonly type: 'switch'; readonly name: string; readonly label?: string; readonly value: boolean }
  /** Tells the program `{ type: 'request', name }`. */
  | { readonly type: 'request'; readonly name: string; readonly label?: string }
  /** Tells the program `{ type: 'stop' }`, after the person has confirmed it. */
  | { readonly type: 'stop'; readonly label?: string };

export interface ControlsPanel extends PanelBasics {
  readonly kind: 'controls';
  readonly controls: readonly Control[];
}

/** The line at the head of the page. */
export interface StatusPanel extends PanelBasics {
  readonly kind: 'status';
  readonly run?: number | string;
  readonly step?: number | string;
  readonly events?: number;
  /** Events for each second. */
  readonly rate?: number;
  /** Share of the events that are hits, 0 … 1. */
  readonly hitRate?: number;
  /** Such as `'running'`, `'paused'`, `'ended'`. */
  readonly state?: string;
  readonly message?: string;
}

export interface TextPanel extends PanelBasics {
  readonly kind: 'text';
  readonly text: string;
}
