/** `md` between clients and a master, in a world of one process: what the pattern guarantees. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MpiData, type MpiDataOptions } from '../../examples/psana/mpidata.ts';
import { TAG_ACKNOWLEDGEMENT, TAG_UPDATE } from '../../examples/psana/mpidata/link.ts';
import { encodeUpdate, type Kind } from '../../examples/psana/mpidata/update-format.ts';
import { Loopback } from '../fixtures/psana/loopback.ts';

interface World {
  readonly loopback: Loopback;
  readonly master: MpiData;
  /** The clients by rank; the master's place is empty. */
  readonly clients: readonly MpiData[];
}

function worldOf(size: number, options: MpiDataOptions = {}): World {
  const loopback = new Loopback(size);
  const [master, ...clients] = Array.from(
    { length: size },
    (_, rank) => new MpiData(loopback.link(rank), { patience: 0, ...options }),
  );
  assert.ok(master !== undefined);
  return { loopback, master, clients };
}

/** Everything that the master hears until it is finished, as text. */
async function listen(
  master: MpiData,
  each: (rank: number) => string | undefined = () => undefined,
): Promise<string[]> {
  const heard: string[] = [];
  let rank: number | undefined;
  while ((rank = await master.recv()) !== undefined) {
    const detail = each(rank) ?? master.reason ?? `run ${master.run}`;
    heard.push(`${master.kind} ${rank}: ${detail}`);
  }
  return heard;
}

/** Lets everything that is under way in this process go on as far as it can. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
}

describe('md', () => {
  it('brings what a client added to the master, in one message for each update', async () => {
    const { loopback, master, clients } = worldOf(2);
    const [md] = clients;
    assert.ok(md !== undefined);
    md.beginRun(54);
    md.step = 3;
    md.addArray('img', Float64Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
    md.addArray('peaks', Uint16Array.of(7, 8));
    md.small['intensity'] = 21;
    await md.send();
    assert.equal(loopback.queues[0]?.length, 1, 'one update is one message');
    assert.equal(await master.recv(), 1);
    assert.deepEqual(
      [master.kind, master.run, master.step, master.small],
      ['update', 54, 3, { intensity: 21 }],
    );
    assert.deepEqual(master.array('img', Float64Array, [2, 3]), Float64Array.of(1, 2, 3, 4, 5, 6));
    assert.deepEqual(master.shape('peaks'), [2]);
    assert.equal(master.number('intensity'), 21);
    assert.ok(Math.abs(Date.now() - (master.time ?? 0)) < 60_000);
  });

  it('can be used again and again', async () => {
    const { master, clients } = worldOf(2);
    const [md] = clients;
    assert.ok(md !== undefined);
    const image = new Float64Array(4);
    for (let update = 1; update <= 3; update++) {
      image.fill(update);
      md.addArray('img', image, [2, 2]);
      md.small['update'] = update;
      await md.send();
      image.fill(-1); // the client's own again
    }
    for (let update = 1; update <= 3; update++) {
      await master.recv();
      assert.deepEqual(master.array('img', Float64Array), new Float64Array(4).fill(update));
      assert.deepEqual(master.small, { update });
    }
  });

  it('refuses names of its own and duplicates, and says why', () => {
    const [md] = worldOf(2).clients;
    assert.ok(md !== undefined);
    for (const name of ['small', 'send', 'addArray', '__proto__']) {
      assert.throws(() => { md.addArray(name, new Uint8Array(1)); }, /Cannot add an array called ".*": md has a member of that name/); // prettier-ignore
    }
    md.addArray('img', new Uint8Array(6));
    assert.throws(() => { md.addArray('img', new Uint8Array(6)); }, /"img": the update has an array of that name already/); // prettier-ignore
    assert.throws(() => { md.addArray('roi', new Uint8Array(6), [2, 2]); }, /the shape 2x2 has 4 elements, the data 6/); // prettier-ignore
  });

  it('says what is wrong where the wrong side is asked, or for what is not there', async () => {
    const { master, clients } = worldOf(2);
    const [md] = clients;
    assert.ok(md !== undefined);
    await assert.rejects(md.recv(), /Cannot receive at rank 1: it is a client; the master is rank 0/);
    await assert.rejects(master.send(), /Cannot send an update at rank 0: it is the master/);
    assert.throws(() => { md.beginRun(-1); }, /Cannot begin run -1/); // prettier-ignore
    md.addArray('img', new Float32Array(2));
    md.small['text'] = 'x';
    await md.send();
    await master.recv();
    assert.throws(
      () => master.array('dark', Float32Array),
      /Cannot find array "dark" in the update from rank 1; its arrays: "img"/,
    );
    assert.throws(
      () => master.array('img', Float64Array),
      /"img" from rank 1 as Float64Array: it is a Float32Array/,
    );
    assert.throws(() => master.array('img', Float32Array, [1, 2]), /its shape is 2, wanted is 1x2/);
    assert.throws(() => master.number('text'), /small\.text from rank 1 as a number: it is string/);
  });

  it('never mixes runs, however far ahead a client is', async () => {
    const { master, clients } = worldOf(3);
    const play = async (
      md: MpiData,
      updates: readonly (readonly [run: number, count: number])[],
    ): Promise<void> => {
      for (const [run, count] of updates) {
        md.beginRun(run);
        for (let update = 0; update < count; update++) {
          md.small['of'] = run;
          await md.send();
        }
        await md.endrun();
      }
      await md.close();
    };
    const [fast, slow] = clients;
    assert.ok(fast !== undefined && slow !== undefined);
    const ahead = play(fast, [[54, 2], [55, 3], [56, 0]]); // prettier-ignore
    const counted = new Map<number, number>();
    const closed: string[] = [];
    let late: Promise<void> | undefined;
    let rank: number | undefined;
    while ((rank = await master.recv()) !== undefined) {
      // The slow client starts its first run when the fast one has ended its last.
      if (master.kind === 'endrun' && rank === 1 && master.run === 56) late = play(slow, [[54, 5], [55, 1], [56, 2]]); // prettier-ignore
      if (master.kind === 'update') {
        assert.equal(master.small['of'], master.run);
        counted.set(master.run, (counted.get(master.run) ?? 0) + 1);
      }
      if (master.kind === 'closed')
        closed.push(`${master.run}: ${counted.get(master.run)} ${master.report?.complete}`);
    }
    await Promise.all([ahead, late]);
    assert.deepEqual(closed, ['54: 7 true', '55: 4 true', '56: 2 true']);
  });

  it('sends at the end of a run what was added and not yet sent', async () => {
    const { master, clients } = worldOf(2);
    const [md] = clients;
    assert.ok(md !== undefined);
    md.beginRun(54);
    md.small['tail'] = 5;
    const done = md.endrun().then(() => md.close());
    const heard = await listen(master, () =>
      master.kind === 'update' ? JSON.stringify(master.small) : undefined,
    );
    await done;
    assert.deepEqual(heard, ['update 1: {"tail":5}', 'endrun 1: run 54', 'closed 1: run 54']);
  });

  it('holds a client back when the master is slow, also for updates of small data alone', async () => {
    const { loopback, master, clients } = worldOf(2, { window: 3 });
    const [md] = clients;
    assert.ok(md !== undefined);
    let sent = 0;
    const flood = (async () => {
      for (; sent < 200; sent++) {
        md.small['number'] = sent;
        await md.send();
      }
      await md.close();
    })();
    for (let received = 0; received < 200; received++) {
      await settle();
      assert.ok((loopback.queues[0]?.length ?? 0) <= 3, 'no more than the window waits at the master');
      assert.ok(sent <= received + 3, `${sent} sent, ${received} received`);
      await master.recv();
      assert.equal(master.small['number'], received);
    }
    assert.deepEqual(await listen(master), ['closed 1: run 0']);
    await flood;
  });

  it('ends at the master when a client dies, after what it had sent', async () => {
    const { loopback, master, clients } = worldOf(3);
    const [dying, living] = clients;
    assert.ok(dying !== undefined && living !== undefined);
    for (const md of [dying, living]) {
      md.beginRun(54);
      md.small['from'] = 'before';
      await md.send();
    }
    loopback.kill(1);
    const rest = living.endrun().then(() => living.close());
    const heard = await listen(master, () =>
      master.kind === 'closed' ? String(master.report?.complete) : undefined,
    );
    await rest;
    assert.deepEqual(heard, [
      'update 1: run 54',
      'update 2: run 54',
      'endrun 2: run 54',
      'lost 1: its process died',
      'closed 1: false',
    ]);
    assert.deepEqual(master.lost, [1]);
  });

  it('tells of several that die at once, and ends when nobody is left', async () => {
    const { loopback, master } = worldOf(4);
    for (const rank of [3, 1, 2]) loopback.kill(rank);
    assert.deepEqual((await listen(master)).sort(), ['lost 1: its process died', 'lost 2: its process died', 'lost 3: its process died']); // prettier-ignore
  });

  it('does not wait for ever for a client that hangs', async () => {
    const world = new Loopback(3);
    const master = new MpiData(world.link(0), { patience: 0.2 });
    const living = new MpiData(world.link(1), { patience: 0.2 });
    // Rank 2 never says a word.
    living.beginRun(54);
    const rest = living.endrun().then(() => living.close());
    const heard = await listen(master);
    await rest;
    assert.equal(heard.length, 3);
    assert.match(heard[1] ?? '', /^hung 2: nothing was heard of it for 0\.\d s/);
    assert.deepEqual([heard[0], heard[2]], ['endrun 1: run 54', 'closed 2: run 54']);
    assert.deepEqual(master.hung, [2]);
  });

  it('goes on with the others when a client stops in the middle of a message, and takes the rest of it when it comes', async () => {
    const world = new Loopback(3);
    const master = new MpiData(world.link(0), { patience: 0.1 });
    const living = new MpiData(world.link(1), { patience: 0.1 });
    let resume: () => void = () => undefined;
    const stalled = new Promise<void>((resolve) => (resume = resolve));
    const send = (sequence: number, kind: Kind, until?: Promise<void>): Promise<void> => {
      const encoded = encodeUpdate({
        kind,
        rank: 2,
        run: 54,
        step: 0,
        sequence,
        time: 0,
        small: {},
        arrays: [],
      });
      const message = new Uint8Array(encoded.bytes);
      encoded.write(message);
      return world.send(2, message, 0, TAG_UPDATE, until);
    };
    await send(1, 'update', stalled);
    await send(2, 'bye');
    living.beginRun(54);
    await living.send();
    const heard: string[] = [];
    let rest: Promise<void> | undefined;
    let rank: number | undefined;
    while ((rank = await master.recv()) !== undefined) {
      heard.push(`${master.kind} ${rank}`);
      if (master.kind === 'hung') resume();
      if (master.kind === 'back') rest = living.endrun().then(() => living.close());
    }
    await rest;
    assert.deepEqual(heard, ['update 1', 'hung 2', 'back 2', 'update 2', 'endrun 1', 'closed 1']);
  });

  it('takes a client that has nothing to send for alive, by its heartbeats', async () => {
    const { loopback, master, clients } = worldOf(2, { patience: 0.08 });
    const [md] = clients;
    assert.ok(md !== undefined);
    const quiet = (async () => {
      // Until several signs of life have been answered.
      for (let answered = 0; answered < 6;) {
        const before = loopback.sent.filter(({ rank }) => rank === 0).length;
        while (loopback.sent.filter(({ rank }) => rank === 0).length === before)
          await new Promise(setImmediate);
        answered++;
      }
      await md.close();
    })();
    assert.deepEqual(await listen(master), []);
    await quiet;
    assert.deepEqual(master.hung, []);
  });

  it('loses a client that sends nonsense, tells it to stop, and goes on with the others', async () => {
    const { loopback, master, clients } = worldOf(3);
    const [liar, honest] = clients;
    assert.ok(liar !== undefined && honest !== undefined);
    await loopback.send(1, Uint8Array.of(1, 2, 3), 0, TAG_UPDATE);
    honest.small['x'] = 1;
    const rest = honest.endrun().then(() => honest.close());
    const heard = await listen(master);
    await rest;
    assert.match(heard[0] ?? '', /^lost 1: Rank 1 sent a message that is not an update: it has 3 bytes/);
    assert.deepEqual(heard.slice(1), ['update 2: run 0', 'endrun 2: run 0', 'closed 2: run 0']);
    await assert.rejects(
      liar.close(),
      /Client 1 cannot send to the master.*takes nothing more from this client/,
    );
  });

  it('loses a client whose updates make no sense to the program', async () => {
    const { master, clients } = worldOf(3);
    const [odd, honest] = clients;
    assert.ok(odd !== undefined && honest !== undefined);
    await odd.send();
    const rest = honest.close();
    assert.equal(await master.recv(), 1);
    master.refuse('it has no image');
    assert.deepEqual(await listen(master), ['lost 1: it has no image', 'closed 2: run 0']);
    await rest;
    await assert.rejects(odd.close(), /takes nothing more/);
  });

  it('refuses a message that is larger than any update may be', async () => {
    const { loopback, master, clients } = worldOf(2, { updateBytesMax: 1000 });
    const [md] = clients;
    assert.ok(md !== undefined);
    md.addArray('img', new Uint8Array(1000));
    await md.send();
    assert.match((await listen(master))[0] ?? '', /^lost 1: it sent a message of \d+ bytes/);
    assert.equal(loopback.queues[0]?.length, 0);
  });

  it('tells a client whose master is gone', async () => {
    const { loopback, clients } = worldOf(2);
    const [md] = clients;
    assert.ok(md !== undefined);
    loopback.kill(0);
    await settle();
    await assert.rejects(md.send(), /Client 1 cannot send to the master \(rank 0\): .*MPI_ERR_PROC_FAILED/);
  });

  it('ends a client that gets an acknowledgement that is none', async () => {
    const { loopback, clients } = worldOf(2);
    const [md] = clients;
    assert.ok(md !== undefined);
    await loopback.send(0, new Uint32Array(4), 1, TAG_ACKNOWLEDGEMENT);
    await settle();
    await assert.rejects(md.send(), /not an acknowledgement/);
  });

  it('does not believe a message that says it comes from another rank', async () => {
    const { loopback, master } = worldOf(2);
    const encoded = encodeUpdate({
      kind: 'update',
      rank: 2,
      run: 0,
      step: 0,
      sequence: 1,
      time: 0,
      small: {},
      arrays: [],
    });
    const message = new Uint8Array(encoded.bytes);
    encoded.write(message);
    await loopback.send(1, message, 0, TAG_UPDATE);
    assert.match((await listen(master))[0] ?? '', /^lost 1: .*it says that it comes from rank 2/);
  });
});
