/**
 * What a program reads frames from: a source has runs, a run has events, an event has a frame of the detector.
 * sources/registry.ts finds the source that a command line names; a new kind of source implements these three interfaces.
 */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Calibration } from '../detector/calibration.ts';
import type { PeakCriteria } from '../detector/peak-finder.ts';

export interface Source {
  readonly runs: readonly number[];
  /** How many events each run has. */
  readonly eventsPerRun: number;
  /** What a run is called in titles and names of files, e.g. "xpptut15-r0054". */
  nameOf(run: number): string;
  /** Opens a run; a name of a detector that the source does not have is an error, none at all means its first one. */
  openRun(run: number, detector?: string): Promise<Run>;
}

export interface Run {
  readonly events: number;
  readonly detector: Detector;
  /** The frame of an event as the detector reads it, or undefined where the shot was dropped. Valid until the next call. */
  frame(event: number): Promise<ArrayLike<number> | undefined>;
  close(): Promise<void>;
}

export interface Detector {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly calibrate: Calibration;
  readonly peaks: PeakCriteria;
  /** 1 where a pixel measures; without it, all do. */
  readonly mask?: Uint8Array;
  /** What one photon adds to a calibrated pixel, where that is known. */
  readonly aduPerPhoton?: number;
}

export interface Share {
  /** This client among the clients, from 0, and how many they are. */
  readonly client: number;
  readonly clients: number;
  /** Events of the run to go through, by all clients together; all of them by default. */
  readonly limit?: number;
  /** Events each second, all clients together; as fast as possible by default. */
  readonly rate?: number;
}

export interface DetectorEvent {
  readonly event: number;
  readonly frame: ArrayLike<number> | undefined;
}

/**
 * This client's share of a run: event e is for client e mod clients. Every event is a turn of the event loop, so that
 * timers and messages get theirs however long the analysis of a frame takes.
 */
export async function* eventsOf(run: Run, share: Share): AsyncGenerator<DetectorEvent, void, void> {
  const last = Math.min(run.events, share.limit ?? Infinity);
  const start = performance.now();
  for (let event = share.client; event < last; event += share.clients) {
    const wait = share.rate === undefined ? 0 : start + (1000 * event) / share.rate - performance.now();
    await (wait > 1 ? sleep(wait) : nextTurn());
    yield { event, frame: await run.frame(event) };
  }
}
