/**
 * What people at the page do, told to the clients of the stream that is shown:
 *
 *     setting   stream.settings[name]              a control, a threshold
 *     region    stream.settings.regions[topic]     rows and columns, or null
 *     request   stream.takeRequest(name)           once, to every client
 *     stop      stream.stopSignal
 */
import type { MasterStream } from '../../stream/master-stream.ts';
import type { ViewFeedback } from '../feedback.ts';
import type { Region } from '../panel.ts';

export function tellStream(
  stream: MasterStream,
  said: ViewFeedback,
  regions: ReadonlyMap<string, Region | null>,
): void {
  switch (said.type) {
    case 'setting':
      return stream.set({ [said.name]: said.value });
    case 'region':
      return stream.set({ regions: Object.fromEntries(regions) });
    case 'request':
      return stream.request(said.name);
    case 'stop':
      return stream.stop('somebody at the page has asked for it');
    default:
  }
}
