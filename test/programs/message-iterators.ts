/** `for await` over the messages of a communicator: what it takes, what it leaves, and how it ends. */
import assert from 'node:assert/strict';
import { COMM_WORLD as world, type Message } from 'parley';
import { runCasesOnce } from './support/cases.ts';
import { isFirst, partner } from './support/pairs.ts';

const END = -1;

async function sendMany(from: number, to: number, tag: number): Promise<void> {
  for (let k = from; k < to; k++) await world.send(k, partner, tag);
}

await runCasesOnce({
  'messages come in order, and leaving the loop takes none of them': async () => {
    if (isFirst) {
      await sendMany(0, 100, 1);
      return;
    }
    const seen: number[] = [];
    for await (const { data, source, tag } of world.messages<number>({ source: partner, tag: 1 })) {
      assert.deepEqual([source, tag], [partner, 1]);
      seen.push(data);
      if (seen.length === 40) break;
    }
    while (seen.length < 100) seen.push((await world.recv<number>(partner, 1)).data);
    assert.deepEqual(
      seen,
      seen.map((_, index) => index),
    );
  },
  'without a filter everything comes': async () => {
    if (isFirst) {
      for (const tag of [4, 2, 9]) await world.send(tag, partner, tag);
      return;
    }
    const seen: Message[] = [];
    for await (const message of world.messages()) {
      seen.push(message);
      if (seen.length === 3) break;
    }
    assert.deepEqual(
      seen,
      [4, 2, 9].map((tag) => ({ data: tag, source: partner, tag })),
    );
  },
  'several at once share the messages by their filters': async () => {
    const tags = [1, 2, 3];
    const listen = async (tag: number): Promise<number[]> => {
      const seen: number[] = [];
      for await (const { data } of world.messages<number>({ tag })) {
        if (data === END) break;
        seen.push(data);
      }
      return seen;
    };
    const listening = tags.map(listen);
    for (let k = 0; k < 30; k++) await world.send(k, partner, 1 + (k % 3));
    for (const tag of tags) await world.send(END, partner, tag);
    const seen = await Promise.all(listening);
    for (const [index, list] of seen.entries()) {
      assert.deepEqual(
        list,
        Array.from({ length: 10 }, (_, k) => 3 * k + index),
      );
    }
  },
  'a signal ends the loop with its reason, and no message is lost': async () => {
    const controller = new AbortController();
    const seen: unknown[] = [];
    const listening = (async () => {
      for await (const { data } of world.messages({ source: partner, signal: controller.signal })) {
        seen.push(data);
        if (data === END) controller.abort('enough');
      }
    })();
    await sendMany(0, 5, 1);
    await world.send(END, partner, 1);
    await assert.rejects(listening, (reason: unknown) => reason === 'enough');
    assert.deepEqual(seen, [0, 1, 2, 3, 4, END]);
    assert.equal((await world.sendrecv('later', partner, 1, partner, 1)).data, 'later');
  },
  'a signal that has fired lets no loop begin': async () => {
    await assert.rejects(
      async () => {
        for await (const message of world.messages({ signal: AbortSignal.abort('over') })) {
          assert.fail(`nothing is wanted, and ${String(message.data)} came`);
        }
      },
      (reason: unknown) => reason === 'over',
    );
  },
  'a loop that throws takes no further message': async () => {
    if (isFirst) {
      await sendMany(0, 2, 1);
      return;
    }
    await assert.rejects(async () => {
      for await (const { data } of world.messages({ tag: 1 })) throw new Error(`at ${String(data)}`);
    }, /at 0/);
    assert.equal((await world.recv(partner, 1)).data, 1);
  },
  'it may be ended while it waits': async () => {
    const iterator = world.messages({ tag: 1 });
    const waiting = iterator.next();
    await iterator.return?.();
    assert.deepEqual(await waiting, { done: true, value: undefined });
    assert.deepEqual(await iterator.next(), { done: true, value: undefined });
    await world.barrier();
    // The receive that waited is gone.
    assert.equal((await world.sendrecv('mine', partner, 1, partner, 1)).data, 'mine');
  },
  'steps that are asked for ahead of time come in order': async () => {
    const iterator = world.messages<number>({ tag: 1 });
    const steps = [iterator.next(), iterator.next(), iterator.next(), iterator.next()];
    await sendMany(0, 3, 1);
    const seen = await Promise.all(steps.slice(0, 3));
    assert.deepEqual(
      seen.map(({ value }) => (value as Message).data),
      [0, 1, 2],
    );
    await iterator.return?.();
    assert.equal((await steps[3])?.done, true);
  },
  'long messages are no different': async () => {
    if (isFirst) {
      for (let k = 0; k < 5; k++) await world.send(new Float64Array(100_000).fill(k), partner, 1);
      return;
    }
    let k = 0;
    for await (const { data } of world.messages<Float64Array>({ tag: 1 })) {
      assert.ok(data.length === 100_000 && data.every((element) => element === k));
      if (++k === 5) break;
    }
  },
});
