/** What the master says to its clients, over the simulated network. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectStream, type Feedback, openStream } from '#live/index.js';
import { Cadence } from '#live/stream/cadence.js';
import * as kind from '#live/update/frame-kinds.js';
import { SimulatedWorld } from '../../simulated/simulated-world.js';
import { HeldMaster } from '../support/held-master.js';

test('settings, requests and the wish to stop reach every client, and each request is taken once', async () => {
  for (const seed of [1, 2, 3]) {
    const world = new SimulatedWorld({ size: 3, seed });
    const ends = await world.run(async (comm) => {
      if (comm.rank === 0) {
        const stream = openStream(comm);
        stream.set({ threshold: 10 });
        for await (const event of stream) {
          if (event.type !== 'update' || event.sequence !== 3) continue;
          stream.set({ threshold: 60, roi: [10, 480, 20, 70] });
          stream.request('frame', { which: 1 }, [event.client.id]);
          stream.stop('enough');
        }
        return null;
      }
      const heard: Feedback[] = [];
      const stream = connectStream(comm);
      stream.onFeedback((feedback) => heard.push(feedback));
      const md = stream.update();
      let frames = 0;
      while (!stream.stopSignal.aborted || heard.every(({ type }) => type !== 'request')) {
        md.small['n'] = 1;
        await md.send();
        if (stream.takeRequest('frame') !== undefined) frames += 1;
      }
      frames += stream.takeRequest('frame') === undefined ? 0 : 1;
      await md.endRun();
      await stream.close();
      return { settings: stream.settings, frames, types: new Set(heard.map(({ type }) => type)) };
    });
    for (const end of ends.slice(1)) {
      assert.deepEqual(end?.settings, { threshold: 60, roi: [10, 480, 20, 70] });
      assert.equal(end.frames, 1);
      assert.deepEqual([...end.types].sort(), ['request', 'settings', 'stop']);
    }
  }
});

test('what is said before a client has said who it is reaches it all the same', async () => {
  for (const seed of [7, 8, 9]) {
    const world = new SimulatedWorld({ size: 3, seed });
    const ends = await world.run(async (comm) => {
      if (comm.rank === 0) {
        const stream = openStream(comm);
        stream.request('frame', 1);
        stream.stop('too early');
        stream.request('frame', 2);
        stream.request('picture', 3, [stream.clients()[0]?.id ?? NaN]);
        let updates = 0;
        for await (const _ of stream.updates()) updates += 1;
        return { updates };
      }
      const stream = connectStream(comm);
      const md = stream.update();
      while (!stream.stopSignal.aborted) {
        md.small['n'] = 1;
        await md.send();
      }
      await md.endRun();
      await stream.close();
      return {
        reason: String(stream.stopSignal.reason),
        requests: ['frame', 'picture'].map((name) => stream.takeRequest(name)),
      };
    });
    for (const [index, end] of ends.slice(1).entries()) {
      assert.match(end.reason ?? '', /too early/);
      assert.deepEqual(end.requests, [{ value: 2 }, index === 0 ? { value: 3 } : undefined]);
    }
  }
});

test('a master that closes tells its clients, whose sends then fail with the reason', async () => {
  for (const seed of [4, 5, 6]) {
    const world = new SimulatedWorld({ size: 3, seed });
    const errors = await world.run(async (comm) => {
      if (comm.rank === 0) {
        const stream = openStream(comm, { checked: true });
        let updates = 0;
        for await (const _ of stream.updates()) {
          updates += 1;
          if (updates === 20) break;
        }
        await stream.close();
        assert.equal(stream.pool.held, 0);
        return null;
      }
      const stream = connectStream(comm, { credits: 2, queueLimit: 2 });
      const md = stream.update();
      try {
        for (;;) {
          md.addArray('a', new Float64Array(500));
          await md.send();
        }
      } catch (error) {
        await stream.close();
        return String(error);
      }
    });
    for (const error of errors.slice(1)) assert.match(String(error), /its master has closed it/);
  }
});

test('partial sums are pushed at their cadence, and the rest of them at the end of step and run', async () => {
  const world = new SimulatedWorld({ size: 3, seed: 8 });
  const [sums] = await world.run(async (comm) => {
    if (comm.rank === 0) {
      const sums: Record<string, number> = {};
      for await (const { run, step, client, small } of openStream(comm).updates()) {
        const key = `${client.name} run ${run} step ${step}`;
        sums[key] = (sums[key] ?? 0) + Number(small['events']);
      }
      return sums;
    }
    const stream = connectStream(comm);
    let events = 0;
    const pusher = stream.pusher({
      every: 10,
      fill: (md) => {
        md.small['events'] = events;
        events = 0;
      },
    });
    for (let run = 1; run <= 2; run += 1) {
      for (const count of [23, 4]) {
        await stream.beginStep();
        for (let event = 0; event < count; event += 1) {
          events += 1;
          await pusher.tick();
        }
      }
      await stream.endRun();
    }
    await stream.close();
    return {};
  });
  const wanted: Record<string, number> = {};
  for (const rank of [1, 2])
    for (const run of [1, 2])
      for (const [step, count] of [23, 4].entries()) wanted[`rank ${rank} run ${run} step ${step}`] = count;
  assert.deepEqual(sums, wanted);
});

test('a cadence follows what the master sets meanwhile, also where the event loop never turns', async () => {
  const master = new HeldMaster();
  const stream = connectStream(master.comm);
  const pusher = stream.pusher({
    every: () => stream.settings['every'] ?? 4,
    fill: (md) => void (md.small['n'] = 1),
  });
  /** Pushes among so many events. */
  const pushesIn = (events: number): number => {
    const before = master.kinds.length;
    for (let event = 0; event < events; event += 1) pusher.tickSync();
    return master.kinds.slice(before).filter((each) => each === kind.DATA).length;
  };
  const heard: Promise<void>[] = [];
  const set = (every: unknown): void => void heard.push(master.say({ settings: { every } }));
  assert.equal(pushesIn(8), 2);
  set(1e9);
  assert.equal(pushesIn(1000), 0);
  set(2);
  assert.equal(pushesIn(1), 1);
  assert.equal(pushesIn(8), 4);
  for (const nonsense of [0, -3, NaN, '1', {}, true]) {
    set(nonsense);
    assert.equal(pushesIn(8), 4, JSON.stringify(nonsense));
  }
  set(null);
  assert.equal(pushesIn(8), 2);
  await Promise.all(heard);
  const closed = stream.close();
  await master.say({ farewell: true });
  await closed;
});

test('a cadence of time follows as well, and pushes nothing before it is told how often', () => {
  let now = 0;
  let everyMs: unknown;
  const cadence = new Cadence({ everyMs: () => everyMs }, () => now);
  now = 1e6;
  assert.equal(cadence.tick(), false);
  everyMs = 10;
  assert.equal(cadence.tick(), true);
  cadence.restart();
  now += 9;
  assert.equal(cadence.tick(), false);
  everyMs = 5;
  assert.equal(cadence.tick(), true);
  assert.throws(() => new Cadence({ every: () => 1, everyMs: -1 }, () => now), /Cannot push every Infinity/);
});

test('a late end of a stream is quiet: close may be called twice, and by nobody in the middle of a run', async () => {
  const world = new SimulatedWorld({ size: 2, seed: 9 });
  const [report] = await world.run(async (comm) => {
    if (comm.rank === 0) {
      for await (const event of openStream(comm)) if (event.type === 'runEnded') return event.report;
      return null;
    }
    const stream = connectStream(comm);
    const md = stream.update();
    md.small['n'] = 1;
    await md.send();
    await stream.close();
    await stream.close();
    await assert.rejects(async () => await md.send(), /Cannot send an update: the stream is closed/);
    return null;
  });
  assert.ok(report?.complete === true && report.received === 1);
});
