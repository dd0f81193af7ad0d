/**
 * Many clients, one master: updates of named arrays and small values from the clients of a stream, each in a rhythm of its own,
 * to a master that shows and stores them while they come.
 *
 * ```ts
 * import * as MPI from 'parley';
 * import { connectStream, openStream } from 'parley/live';
 *
 * if (MPI.COMM_WORLD.rank === 0) {
 *   for await (const update of openStream(MPI.COMM_WORLD).updates()) {
 *     console.log(update.client.name, update.array('img').length, update.small.intensity);
 *   }
 * } else {
 *   await using stream = connectStream(MPI.COMM_WORLD);
 *   const md = stream.update();
 *   md.addArray('img', new Float32Array(704 * 768), [704, 768]);
 *   md.small.intensity = 7;
 *   await md.send();
 *   await md.endRun();
 * }
 * ```
 */
export { type Accumulator } from './accumulate/accumulator.ts';
export { ByStep, type ByStepState } from './accumulate/by-step.ts';
export {
  type Axis,
  Histogram,
  Histogram2D,
  type Histogram2DState,
  type HistogramState,
} from './accumulate/histogram.ts';
export { HitRate, type HitRateState } from './accumulate/hit-rate.ts';
export { Latest, type LatestState } from './accumulate/latest.ts';
export { MeanVariance, type MeanVarianceState } from './accumulate/mean-variance.ts';
export { type NullTest, OnOff, type OnOffState } from './accumulate/on-off.ts';
export { Recent, type RecentState } from './accumulate/recent.ts';
export { Ring, type RingState } from './accumulate/ring.ts';
export { IntegerSum, type IntegerSumState, Sum, type SumState } from './accumulate/sum.ts';
export { exportJournal, type ExportOptions, type ExportSummary } from './store/export-journal.ts';
export type { Hdf5Recovery } from './store/hdf5-recover.ts';
export { recoverHdf5 } from './store/recover-hdf5.ts';
export { type Hdf5Options, type Hdf5Store, openHdf5 } from './store/hdf5-store.ts';
export { type Journal, type JournalOptions, type JournalRecovery, openJournal } from './store/journal.ts';
export type { JournalEnd } from './store/journal-scan.ts';
export { type Replay, replayJournal, type ReplayOptions } from './store/replay.ts';
export { Cadence, type CadenceNumber, type CadenceOptions } from './stream/cadence.ts';
export type { ClientRow, ClientState } from './stream/client-entry.ts';
export type { ClientStreamStatistics, ConnectStreamOptions } from './stream/client-options.ts';
export type { ClientStream } from './stream/client-stream.ts';
export { connectStream } from './stream/connect-stream.ts';
export type { Feedback } from './stream/feedback-inbox.ts';
export type { ClientEvent, MasterEvent, RunEvent, RunReport, RunShare } from './stream/master-events.ts';
export type { OpenStreamOptions } from './stream/master-options.ts';
export type { MasterStream } from './stream/master-stream.ts';
export { type OpenedStream, openStream } from './stream/open-stream.ts';
export type { Pusher, PusherOptions } from './stream/pusher.ts';
export type { FullPolicy } from './stream/send-queue.ts';
export type { StoreNote, StoreRecord, UpdateStore } from './stream/update-store.ts';
export type { Update, UpdateOrigin } from './update/update.ts';
export type { UpdateBuilder } from './update/update-builder.ts';
export { connectView, type ConnectViewOptions, type RemoteView } from './view/attach/connect-view.ts';
export { Mirror } from './view/attach/mirror-view.ts';
export type { BoardOptions, ViewerNews } from './view/board-options.ts';
export { Board } from './view/board.ts';
export type { ViewFeedback } from './view/feedback.ts';
export type * from './view/panel.ts';
export { panelFor } from './view/panel-for.ts';
export { publishView } from './view/publish-view.ts';
export { serveView, type ServeViewOptions, View } from './view/serve-view.ts';
