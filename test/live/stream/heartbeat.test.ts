/** Signs of life of a client, whatever else it is sending. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectStream } from '#live/index.js';
import * as kind from '#live/update/frame-kinds.js';
import { HeldMaster } from '../support/held-master.js';

test('a sign of life that a long update stood in the way of is given the next time', async (context) => {
  let beat = (): void => assert.fail('no timer was set');
  context.mock.method(globalThis, 'setInterval', (each: () => void) => {
    beat = each;
    return { unref: () => undefined };
  });
  const master = new HeldMaster();
  const stream = connectStream(master.comm);
  const heartbeats = (): number => master.kinds.filter((each) => each === kind.HEARTBEAT).length;
  beat();
  assert.equal(heartbeats(), 1);
  await master.acknowledge(0, 0, 1);

  const md = stream.update();
  md.addArray('image', new Float64Array(20_000));
  master.holdsFrom = 100_000;
  const sent = md.send();
  await master.turn();
  beat();
  assert.equal(heartbeats(), 1);
  master.arrive();
  await sent;
  beat();
  assert.equal(heartbeats(), 2);
  // It waits for the answer to that one.
  beat();
  assert.equal(heartbeats(), 2);

  await master.acknowledge(1, 0, 1);
  const closed = stream.close();
  await master.say({ farewell: true });
  await closed;
});
