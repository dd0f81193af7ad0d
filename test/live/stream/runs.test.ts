/** When runs and steps begin and end at the master, and what is known of them then. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MasterEvent, OpenStreamOptions } from 'parley/live';
import { MasterStream } from '#live/stream/master-stream.js';
import * as kind from '#live/update/frame-kinds.js';
import { HandFedClient } from '../support/hand-fed-client.js';

/** A master with clients that are fed by hand, and what it told. */
function stage(names: readonly string[], options: OpenStreamOptions = {}) {
  const stream = new MasterStream({ checked: true, ...options });
  const events: MasterEvent[] = [];
  const lines: string[] = [];
  stream.subscribe((event) => {
    events.push(event);
    lines.push(described(event));
  });
  const clients = names.map((name) => new HandFedClient(stream, name));
  const over = (async (): Promise<void> => {
    for await (const _ of stream) continue;
  })();
  return { stream, events, lines, over, clients: clients as [HandFedClient, HandFedClient, HandFedClient] };
}

function described(event: MasterEvent): string {
  switch (event.type) {
    case 'update':
      return `${event.client.name}: ${event.run}.${event.sequence}${event.late ? ' late' : ''}`;
    case 'runBegun':
      return `run ${event.run} begins`;
    case 'runEnded': {
      const { received, lost, unfinished } = event.report;
      return `run ${event.run} ends: ${received} received, ${lost} lost, unfinished: ${unfinished.join(' ')}`;
    }
    case 'stepBegun':
      return `step ${event.run}.${event.step} begins`;
    case 'stepEnded':
      return `step ${event.run}.${event.step} ends`;
    case 'storeFailed':
      return event.error.message;
    default:
      return `${event.type} ${event.client.name}`;
  }
}

const runLines = (lines: readonly string[]): string[] => lines.filter((line) => /^(run|step)/.test(line));

test('a client that is a run ahead does not disturb the run of the others', async () => {
  const { lines, over, clients } = stage(['a', 'b']);
  const [a, b] = clients;
  await Promise.all([a.hello(), b.hello()]);
  await a.data();
  await a.endRun();
  await a.data();
  await b.data();
  await b.data();
  await b.endRun();
  await a.endRun();
  await a.bye();
  await b.bye();
  await over;
  assert.deepEqual(lines, [
    'clientJoined a',
    'clientJoined b',
    'run 1 begins',
    'a: 1.1',
    'run 2 begins',
    'a: 2.1',
    'b: 1.1',
    'b: 1.2',
    'run 1 ends: 3 received, 0 lost, unfinished: ',
    'clientLeft a',
    'clientLeft b',
    'run 2 ends: 1 received, 0 lost, unfinished: ',
  ]);
});

test('a client that dies ends its part of the run, and the report says who is missing and what', async () => {
  const { lines, over, clients, events } = stage(['a', 'b', 'c']);
  const [a, b, c] = clients;
  await Promise.all([a.hello(), b.hello(), c.hello()]);
  await a.data();
  await b.data();
  // Two of b's updates were discarded there, which its next one tells.
  b.sequence += 2;
  b.discarded = 2;
  await b.data();
  await a.endRun();
  await c.endRun();
  clients[1].fail(new Error('killed by signal 9'));
  await a.bye();
  await c.bye();
  await over;
  const ended = events.find((event) => event.type === 'runEnded');
  assert.ok(ended?.type === 'runEnded');
  assert.equal(lines.at(-3), 'run 1 ends: 3 received, 2 lost, unfinished: b');
  assert.equal(ended.report.complete, false);
  assert.deepEqual(
    ended.report.clients.map(({ name, received, issued, discarded, lost, ending }) => [
      name,
      received,
      issued,
      discarded,
      lost,
      ending,
    ]),
    [
      ['a', 1, 1, 0, 0, 'ended'],
      ['b', 2, undefined, 2, 2, 'failed'],
      ['c', 0, 0, 0, 0, 'ended'],
    ],
  );
});

test('the end of a run says how many updates there were, so that a gap is proven', async () => {
  const { over, clients, events } = stage(['a']);
  const [a] = clients;
  await a.hello();
  await a.data();
  a.sequence += 3;
  await a.endRun();
  await a.bye();
  await over;
  const ended = events.find((event) => event.type === 'runEnded');
  assert.ok(ended?.type === 'runEnded' && ended.report.lost === 3 && !ended.report.complete);
});

test('steps end when every client has gone on, and with their run', async () => {
  const { lines, over, clients } = stage(['a', 'b']);
  const [a, b] = clients;
  await Promise.all([a.hello(), b.hello()]);
  const step = async (client: HandFedClient, code: number, number: number): Promise<void> => {
    client.step = number;
    await client.frame(code);
  };
  await step(a, kind.BEGIN_STEP, 0);
  await step(a, kind.END_STEP, 0);
  await step(a, kind.BEGIN_STEP, 1);
  await step(b, kind.BEGIN_STEP, 0);
  await step(b, kind.END_STEP, 0);
  await a.endRun();
  await b.endRun();
  await a.bye();
  await b.bye();
  await over;
  assert.deepEqual(runLines(lines), [
    'run 1 begins',
    'step 1.0 begins',
    'step 1.1 begins',
    'step 1.0 ends',
    'step 1.1 ends',
    'run 1 ends: 0 received, 0 lost, unfinished: ',
  ]);
});

test('a client that comes late holds the runs from the first that it takes part in', async () => {
  const { stream, lines, over, clients } = stage(['a']);
  const [a] = clients;
  await a.hello();
  await a.data();
  const late = new HandFedClient(stream, 'late', { expected: false });
  await late.hello();
  await a.endRun();
  late.run = 2;
  await late.data();
  await a.endRun();
  assert.deepEqual(runLines(lines), [
    'run 1 begins',
    'run 1 ends: 1 received, 0 lost, unfinished: ',
    'run 2 begins',
  ]);
  await late.endRun();
  await a.bye();
  await late.bye();
  await over;
  assert.equal(runLines(lines).at(-1), 'run 2 ends: 1 received, 0 lost, unfinished: ');
});

test('a run counts all clients, however many came and went while it was under way', async () => {
  const { stream, events, over, clients } = stage(['a']);
  const [a] = clients;
  await a.hello();
  await a.data();
  // More than the table keeps.
  for (let n = 0; n < 600; n += 1) {
    const guest = new HandFedClient(stream, `guest ${n}`, { expected: false });
    await guest.hello();
    await guest.data();
    guest.sequence += 1;
    if (n === 5) guest.fail(new Error('killed by signal 9'));
    else await guest.endRun();
    if (n !== 5) await guest.bye();
  }
  await a.endRun();
  await a.bye();
  await over;
  const ended = events.find((event) => event.type === 'runEnded');
  assert.ok(ended?.type === 'runEnded');
  const { received, lost, complete, unfinished, clients: shares } = ended.report;
  assert.deepEqual([received, lost, complete, unfinished], [601, 599, false, ['guest 5']]);
  assert.ok(shares.length < 300);
});

test('a late client that has failed is missing in the runs that were under way, and in none that begin later', async () => {
  const { stream, events, over, clients } = stage(['a', 'b']);
  const [a, b] = clients;
  await Promise.all([a.hello(), b.hello()]);
  const late = new HandFedClient(stream, 'late', { expected: false });
  await late.hello();
  await late.data();
  await a.data();
  await a.endRun();
  await a.data();
  // While a is in run 2, and b in run 1.
  late.fail(new Error('killed by signal 9'));
  await b.endRun();
  await b.endRun();
  await a.endRun();
  await a.endRun();
  b.fail(new Error('killed by signal 9'));
  await a.endRun();
  await a.bye();
  await over;
  const unfinished = events.flatMap((event) => (event.type === 'runEnded' ? [event.report.unfinished] : []));
  assert.deepEqual(unfinished, [['late'], ['late'], ['b'], ['b']]);
});

test('what comes for a run that has ended is marked as late, and counted for that run', async () => {
  const { stream, lines, over, clients } = stage(['a', 'b'], { silentHoldsRun: false });
  const [a, b] = clients;
  await Promise.all([a.hello(), b.hello()]);
  await b.data();
  stream.silence(b.entry);
  await a.endRun();
  await b.data();
  await b.endRun();
  await a.bye();
  await b.bye();
  await over;
  assert.ok(lines.includes('run 1 ends: 1 received, 0 lost, unfinished: b'));
  assert.ok(lines.includes('b: 1.2 late'));
  assert.ok(lines.includes('clientBack b'));
  assert.equal(stream.clients()[1]?.received, 2);
});

test('a silent client holds the run where it is told to', async () => {
  const { stream, lines, over, clients } = stage(['a', 'b'], { silentHoldsRun: true });
  const [a, b] = clients;
  await Promise.all([a.hello(), b.hello()]);
  stream.silence(b.entry);
  await a.endRun();
  await a.bye();
  assert.equal(lines.filter((line) => line.startsWith('run 1 ends')).length, 0);
  await b.endRun();
  await b.bye();
  await over;
  assert.ok(lines.includes('run 1 ends: 0 received, 0 lost, unfinished: '));
});

test('silence is found by time, and a sign of life ends it', async () => {
  let now = 0;
  const found: string[] = [];
  const { stream, over, clients } = stage(['a'], { silentMs: 40, now: () => now });
  const [a] = clients;
  await a.hello();
  const silent = new Promise<void>((resolve) => {
    stream.subscribe((event) => {
      found.push(event.type);
      if (event.type === 'clientSilent') resolve();
    });
  });
  // The watch looks by the system's timers, and judges by the stream's clock.
  const clock = setInterval(() => (now += 10), 10);
  await silent;
  clearInterval(clock);
  assert.equal(stream.clients()[0]?.state, 'silent');
  await a.frame(kind.HEARTBEAT);
  assert.equal(a.heartbeats, 1);
  assert.equal(stream.clients()[0]?.state, 'live');
  await a.bye();
  await over;
  assert.deepEqual(found.slice(0, 2), ['clientSilent', 'clientBack']);
});

test('malformed frames and broken rules end the client that sent them, by name, and nobody else', async () => {
  const bad: ((client: HandFedClient) => Promise<void>)[] = [
    (client) => client.raw(new Uint8Array(5)),
    (client) => client.raw(new Uint8Array(128).fill(7)),
    (client) => client.raw(client.bytes(kind.DATA).subarray(0, 60)),
    (client) => client.frame(kind.DATA, {}, [], { sequence: 0 }),
    (client) => client.frame(kind.DATA, {}, [], { run: 0, sequence: 1 }),
    (client) => client.frame(kind.NOTE, { type: 'failed' }),
    (client) => client.hello(),
  ];
  for (const [index, misbehave] of bad.entries()) {
    const { lines, events, over, clients } = stage(['villain', 'good']);
    const [villain, good] = clients;
    await Promise.all([villain.hello(), good.hello()]);
    await good.data();
    await misbehave(villain);
    await villain.data();
    await good.data();
    await good.endRun();
    await good.bye();
    await over;
    const failed = events.find((event) => event.type === 'clientFailed');
    assert.ok(failed?.type === 'clientFailed', `case ${index}`);
    assert.match(failed.error.message, /Cannot go on with villain: /);
    assert.ok(villain.hungUp && villain.told.some(({ closed }) => closed?.includes('villain')));
    assert.ok(lines.includes('run 1 ends: 2 received, 0 lost, unfinished: villain'), lines.join('\n'));
  }
});

test('bytes from a client, whatever they are, never bring the master down', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { minLength: 1, maxLength: 6 }),
      async (changes) => {
        const { events, over, clients } = stage(['villain', 'good']);
        const [villain, good] = clients;
        await Promise.all([villain.hello(), good.hello()]);
        villain.sequence = 1;
        const bytes = villain.bytes(kind.DATA, { x: [1, 'two'] }, [
          { name: 'a', data: new Int16Array(9), shape: [9] },
        ]);
        const changed = bytes.slice();
        for (const [at, value] of changes) if (at < changed.byteLength) changed[at] = value;
        await villain.raw(changed);
        villain.entry.peer.hangUp();
        await good.data();
        await good.endRun();
        await good.bye();
        villain.fail(new Error('over'));
        await over;
        const [ofGood] = events.filter((event) => event.type === 'update' && event.client.name === 'good');
        assert.ok(ofGood !== undefined);
      },
    ),
    { numRuns: 300 },
  );
});

test('one frame of each client is taken in turn, however much one of them sends', async () => {
  const { lines, over, clients } = stage(['much', 'little']);
  const [much, little] = clients;
  await Promise.all([much.hello(), little.hello()]);
  const many = Array.from({ length: 20 }, (_, index) => {
    much.sequence = index + 1;
    return much.bytes(kind.DATA);
  });
  const together = new Uint8Array(Buffer.concat(many));
  const taken = much.raw(together);
  await little.data();
  await little.data();
  await taken;
  const order = lines.filter((line) => line.includes(': 1.'));
  assert.ok(order.indexOf('little: 1.2') <= 4, order.join(', '));
  much.sequence = 20;
  for (const client of [much, little]) {
    await client.endRun();
    await client.bye();
  }
  await over;
});
