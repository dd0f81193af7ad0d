/** What the page gets to see: panels as they come over the wire, and the topics that the server itself publishes. */
import type {
  AlarmRule,
  AxisLabel,
  Histogram2DPanel,
  ImagePanel,
  Panel,
  Region,
  StripPanel,
} from '../panel.ts';
import type { ImageCodes } from './image-data.ts';

/** An image's data are codes; everything else stays. */
export type ImageFrame = Omit<ImagePanel, 'data'> & { readonly codes: ImageCodes };
export type Histogram2DFrame = Omit<Histogram2DPanel, 'counts'> & { readonly codes: ImageCodes };

/** Points of a strip chart from the one of that number on. */
export type StripFrame = Omit<StripPanel, 'values' | 'time' | 'alarms'> & {
  readonly series: readonly string[];
  /** Points that were shown before these. */
  readonly from: number;
  readonly pointsMax: number;
  readonly times: Float64Array;
  /** One array for each series; NaN where a point lacks it. */
  readonly columns: readonly Float64Array[];
  readonly alarms: Readonly<Record<string, AlarmRule>>;
  readonly yAxis?: AxisLabel;
};

export type FramePanel =
  | Exclude<Panel, ImagePanel | Histogram2DPanel | StripPanel>
  | ImageFrame
  | Histogram2DFrame
  | StripFrame
  | ViewPanel
  | AlarmsPanel;

/** As a process gets it that shows it again: arrays are those of the program. */
export type MirroredPanel = Exclude<Panel, StripPanel> | StripFrame | ViewPanel | AlarmsPanel;

/** `$view`: the page itself. */
export interface ViewPanel {
  readonly kind: '$view';
  readonly title: string;
  /** Changes when the server was started anew. */
  readonly session: string;
  /** Names of all topics, in the order of their first showing; others are gone. */
  readonly topics: readonly string[];
  readonly viewers: number;
  /** Frames of a topic for each second, until a viewer asks for another rate. */
  readonly rate: number;
  /** Regions and settings as the people at all pages have left them. */
  readonly regions: Readonly<Record<string, Region | null>>;
  readonly settings: Readonly<Record<string, number | string | boolean>>;
}

export interface AlarmShown {
  readonly topic: string;
  readonly label: string;
  readonly level: 'warning' | 'alarm';
  readonly isActive: boolean;
  /** In words: `"above 90"`. */
  readonly condition: string;
  /** The worst value of its time. */
  readonly value: number;
  readonly unit?: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly until?: number;
}

/** `$alarms`: active ones first, then those that are over, the latest first. */
export interface AlarmsPanel {
  readonly kind: '$alarms';
  readonly alarms: readonly AlarmShown[];
}

/** Text messages of the server; everything else is a frame. */
export interface PongMessage {
  readonly type: 'pong';
  readonly time: number;
  readonly serverTime: number;
}
