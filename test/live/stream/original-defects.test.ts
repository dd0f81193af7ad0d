/**
 * What goes wrong with the plain pattern of "send a header, then its arrays" that psana's users know, and comes out right here. Where
 * another test shows it already, that one is named.
 *
 * A run that mixes with the next one, and a client that never ends it: runs.test.ts. Sums in float32, the sum of the recent
 * ones that changes afterwards, a difference that grows with the number of shots: accumulate/merging.test.ts. One object for many
 * updates, and any names: update/update-builder.test.ts.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ViewerLine } from '#live/stream/viewer-desk.js';
import { Board } from '#live/view/board.js';
import { decodeViewFrame } from '#live/view/wire/view-frame.js';
import { connectStream, openStream, Sum } from '#live/index.js';
import { SimulatedWorld } from '../../simulated/simulated-world.js';

test('no event is lost between the last push and the end of the run, whatever the cadence', async () => {
  // With the second one nothing has been pushed, and no run has begun, when the client leaves.
  for (const every of [10, 5000]) {
    const [total] = await new SimulatedWorld({ size: 2, seed: 1 }).run(async (comm) => {
      if (comm.rank === 0) {
        const total = new Sum(1);
        for await (const update of openStream(comm).updates()) total.merge(update.small['sum'] as Sum);
        return total;
      }
      const stream = connectStream(comm);
      const sum = new Sum(1);
      stream.pusher({ every: 1, fill: () => assert.fail('it has nothing to push') });
      const pusher = stream.pusher({
        every,
        fill: (md) => {
          md.small['sum'] = sum.state();
          sum.reset();
        },
      });
      for (let event = 0; event < 1005; event += 1) {
        sum.add([1]);
        await pusher.tick();
      }
      await stream.close();
      return null;
    });
    assert.deepEqual([total?.count, total?.values[0]], [1005, 1005]);
  }
});

test('every client pushes, however the events are shared out among them', async () => {
  for (const size of [3, 5]) {
    const [pushes] = await new SimulatedWorld({ size, seed: 2 }).run(async (comm) => {
      if (comm.rank === 0) {
        const pushes = new Map<string, number>();
        for await (const { client } of openStream(comm).updates())
          pushes.set(client.name, (pushes.get(client.name) ?? 0) + 1);
        return pushes;
      }
      const stream = connectStream(comm);
      const pusher = stream.pusher({ every: 2, fill: (md) => void (md.small['n'] = 1) });
      // Round robin by a global number, of which a client sees only its residue.
      for (let event = 0; event < 40; event += 1)
        if (event % (size - 1) === comm.rank - 1) await pusher.tick();
      await stream.close();
      return null;
    });
    assert.equal(pushes?.size, size - 1);
    for (const count of pushes.values()) assert.equal(count, Math.ceil(40 / (size - 1) / 2));
  }
});

test('an update is one message, so that header and arrays cannot be torn apart or mixed', async () => {
  await new SimulatedWorld({ size: 4, seed: 3 }).run(async (comm) => {
    if (comm.rank === 0) {
      for await (const update of openStream(comm, { checked: true }).updates()) {
        const source = Number(update.small['source']);
        for (let index = 0; index < 20; index += 1)
          assert.ok(update.array(`a${index}`, Int32Array).every((value) => value === source * 100 + index));
      }
      return;
    }
    const stream = connectStream(comm);
    const md = stream.update();
    for (let n = 0; n < 15; n += 1) {
      for (let index = 0; index < 20; index += 1)
        md.addArray(`a${index}`, new Int32Array(n).fill(comm.rank * 100 + index));
      md.small['source'] = comm.rank;
      await md.send();
    }
    await stream.close();
  });
});

test('small updates are bounded as large ones are: a master that does not look holds a few, not all', async () => {
  const CREDITS = 4;
  const QUEUE = 3;
  const [waiting] = await new SimulatedWorld({ size: 2, seed: 4 }).run(async (comm) => {
    if (comm.rank === 0) {
      const stream = openStream(comm);
      const most = await comm.recv<number>(1, 1);
      let updates = 0;
      for await (const update of stream.updates()) updates += update.sequence > 0 ? 1 : 0;
      return [most.data, updates];
    }
    const stream = connectStream(comm, { credits: CREDITS, queueLimit: QUEUE });
    const md = stream.update();
    const send = (n: number): Promise<void> => {
      md.small['n'] = n;
      return md.send();
    };
    // The master has not even begun to receive: nothing more leaves than the credits allow, and the rest waits in sight.
    const first = Array.from({ length: CREDITS + 2 * QUEUE }, (_, n) => send(n));
    assert.deepEqual([stream.statistics.sent, stream.statistics.queued], [CREDITS, 2 * QUEUE]);
    await comm.send(stream.statistics.sent, 0, 1);
    await Promise.all(first);
    for (let n = first.length; n < 200; n += 1) await send(n);
    await stream.close();
    return null;
  });
  assert.deepEqual(waiting, [CREDITS, 200]);
});

test('what is shown keeps its last value, at whatever rate it is shown, for whoever looks on at a rate of its own', async () => {
  await using board = new Board({});
  const show = (from: number, to: number): void => {
    for (let n = from; n <= to; n += 1)
      board.show('spectrum', { kind: 'image', data: Float64Array.of(n), shape: [1, 1] });
  };
  show(1, 10);
  const seen: (readonly [version: number, skipped: number, value: number])[] = [];
  const line: ViewerLine = {
    isOpen: true,
    bufferedBytes: 0,
    sendText: () => undefined,
    sendFrame: (head, body) => {
      const { name, version, skipped, panel } = decodeViewFrame<{ data: Float64Array }>(
        Uint8Array.from([...head, ...body]).buffer,
      );
      if (name === 'spectrum') seen.push([version, skipped, panel.data[0] ?? Number.NaN]);
    },
  };
  const viewer = board.admit(line, 'late', () => undefined);
  assert.ok(typeof viewer !== 'string');
  viewer.hear(JSON.stringify({ type: 'hello', session: '', seen: {} }));
  show(11, 100);
  assert.deepEqual(seen, [[10, 0, 10]]);
  assert.deepEqual(
    board.viewers.map(({ skipped }) => skipped),
    [0],
  );
});
