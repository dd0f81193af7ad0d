/** A master with stores and one client that is fed by hand: what a store gets, without MPI. */
import { MasterStream } from '#live/stream/master-stream.js';
import type { MasterEvent, UpdateStore } from 'parley/live';
import { HandFedClient } from './hand-fed-client.js';

export interface StoredStream {
  readonly stream: MasterStream;
  readonly client: HandFedClient;
  readonly events: readonly MasterEvent[];
  /** Ends the run and the stream. */
  readonly finish: () => Promise<void>;
}

export async function storedStream(stores: readonly UpdateStore[]): Promise<StoredStream> {
  const stream = new MasterStream({ stores, checked: true });
  const events: MasterEvent[] = [];
  const client = new HandFedClient(stream, 'client');
  const over = (async (): Promise<void> => {
    for await (const event of stream) events.push(event);
  })();
  await client.hello();
  return {
    stream,
    client,
    events,
    async finish() {
      await client.endRun();
      await client.bye();
      await over;
      await stream.close();
    },
  };
}
