/** A store that fails: whoever has to know hears of it, once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MPIError } from '#index.js';
import { connectStream, openStream, type StoreRecord, type UpdateStore } from '#live/index.js';
import { MasterStream } from '#live/stream/master-stream.js';
import { SimulatedWorld } from '../../simulated/simulated-world.js';
import { HandFedClient } from '../support/hand-fed-client.js';

const full = (name: string): MPIError =>
  new MPIError('MPI_ERR_NO_SPACE', `Cannot write to ${name}: there is no room left`);

/** Takes so many records, and fails with all that follow, as it does at its end. */
class SmallStore implements UpdateStore {
  readonly name: string;
  room: number;

  constructor(name: string, room: number) {
    this.name = name;
    this.room = room;
  }

  append(_: StoreRecord, stored: (error: Error | null) => void): undefined {
    this.room -= 1;
    stored(this.room < 0 ? full(this.name) : null);
  }

  close(): Promise<void> {
    return this.room < 0 ? Promise.reject(full(this.name)) : Promise.resolve();
  }
}

test('a client whose updates could not all be stored is told so when it closes, and the master goes on', async () => {
  for (const seed of [1, 2, 3]) {
    const [seen, failing, late] = await new SimulatedWorld({ size: 3, seed }).run(async (comm) => {
      if (comm.rank === 0) {
        const stores = [new SmallStore('the first', 6), new SmallStore('the second', 0)];
        const stream = openStream(comm, { stores });
        const seen: string[] = [];
        for await (const event of stream) {
          if (event.type === 'storeFailed') seen.push(event.error.message);
          if (event.type === 'clientLeft') seen.push(event.client.name);
        }
        // The loop has come to both errors.
        await stream.close();
        return seen.sort();
      }
      // The second client comes when the store is full.
      if (comm.rank === 2) await comm.recv(1, 1);
      const stream = connectStream(comm);
      const md = stream.update();
      for (let n = 0; n < 10; n += 1) {
        md.small['n'] = n;
        await md.send();
      }
      const outcome = await stream.close().then(
        () => 'all is stored',
        (error: unknown) => String(error),
      );
      if (comm.rank === 1) await comm.send(null, 2, 1);
      return [outcome, String(stream.statistics.stored)];
    });
    assert.deepEqual(seen, [
      'Cannot write to the first: there is no room left (MPI_ERR_NO_SPACE)',
      'Cannot write to the second: there is no room left (MPI_ERR_NO_SPACE)',
      'rank 1',
      'rank 2',
    ]);
    const said =
      /^MPIError: Cannot close the stream in good order: .* not stored all .*: Cannot write to the first: .*\(MPI_ERR_IO\)$/;
    assert.match(failing![0]!, said);
    assert.match(late![0]!, said);
    // It has room for who the client is and for five updates more.
    assert.deepEqual([failing![1], late![1]], ['5', '0']);
  }
});

/** A master whose loop has ended at the first update, and whose stores have as much room as is said. */
async function leftStream(...rooms: readonly number[]): Promise<MasterStream> {
  const stores = rooms.map((room, index) => new SmallStore(`store ${index + 1}`, room));
  const stream = new MasterStream({ stores });
  const client = new HandFedClient(stream, 'client');
  const left = (async (): Promise<void> => {
    for await (const event of stream) if (event.type === 'update') break;
  })();
  await client.hello();
  await client.data();
  await left;
  void client.data().then(() => client.bye());
  return stream;
}

test('a store that fails when no loop asks any more is an error of close', async () => {
  await (await leftStream(10)).close();
  // A failure that has been told as an event, by the loop.
  await (await leftStream(0)).close();
  const late = await leftStream(2);
  await assert.rejects(late.close(), /^MPIError: Cannot write to store 1: .*\(MPI_ERR_NO_SPACE\)$/);
  const both = await leftStream(2, 3);
  await assert.rejects(both.close(), (error) => {
    assert.ok(error instanceof AggregateError);
    assert.deepEqual(
      error.errors.map((each: Error) => each.message.slice(0, 23)),
      ['Cannot write to store 1', 'Cannot write to store 2'],
    );
    return true;
  });
});
