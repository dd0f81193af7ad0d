/**
 * Two ranks do the same for a long time, and must not grow by it:
 *
 *     long-run WHAT COUNT
 */
import { COMM_WORLD as world, createKeyval, waitAllSync, waitAnySync, type Request } from 'parley';
import { expectFlat, footprint } from './support/footprint.ts';
import { isFirst, partner } from './support/pairs.ts';

const BATCH = 100;
const small = Int32Array.of(1, 2);
const room = new Int32Array(2);
const value = { step: 1, name: 'small', list: [1, 2, 3] };
const rendezvous = new Uint8Array(70_000);
const hung = createKeyval<object>('hung on it', { delete: () => undefined });

/** Each does so many messages from the first to the second, and lets neither run away. */
const WHAT: Readonly<Record<string, (count: number) => Promise<void> | void>> = {
  blocking(count) {
    for (let k = 0; k < count; k++) {
      if (isFirst) world.sendSync(small, partner);
      else world.recvIntoSync(room, partner);
    }
  },
  async awaiting(count) {
    for (let k = 0; k < count; k++) {
      if (isFirst) await world.send(small, partner);
      else await world.recvInto(room, partner);
    }
  },
  async values(count) {
    for (let k = 0; k < count; k++) {
      if (isFirst) world.sendSync(value, partner);
      else await world.recv(partner);
    }
  },
  /** Requests that nobody waits for, though all come to an end. */
  async dropped(count) {
    for (let k = 0; k < count; k++) {
      if (isFirst) void (k % 50 === 0 ? world.ssend(rendezvous, partner) : world.send(value, partner));
      else void world.recv(partner);
      if (k % BATCH !== 0) continue;
      // A barrier says nothing of messages: these have come when two that go round behind them have.
      await Promise.all([world.ssend(rendezvous, partner, 1), world.recv(partner, 1)]);
      await Promise.all([world.ssend(null, partner, 1), world.recv(partner, 1)]);
    }
  },
  async 'timeouts and signals'(count) {
    const { signal } = new AbortController();
    for (let k = 0; k < count; k++) {
      if (isFirst) await world.ssend(value, partner, 1, { signal, timeout: 1e6 });
      else await world.recv(partner, 1, { signal, timeout: 1e6 });
      world.recv(partner, 2, { signal }).cancel();
    }
  },
  async iterated(count) {
    if (isFirst) return WHAT['awaiting']?.(count);
    let left = count;
    for await (const _ of world.messages({ source: partner })) if (--left === 0) return;
  },
  'any of several'(count) {
    for (let k = 0; k < count; k += BATCH) {
      const requests: Request<unknown>[] = Array.from({ length: BATCH }, () =>
        isFirst ? world.send(value, partner) : world.recv(partner),
      );
      if (isFirst) waitAllSync(requests);
      else for (let got = 0; got < BATCH; got++) waitAnySync(requests);
    }
  },
  async collectives(count) {
    for (let k = 0; k < count / 4; k++) {
      await world.barrier();
      world.allreduceSync(k);
      await world.bcast(value);
      world.gatherSync(k);
    }
  },
  async communicators(count) {
    for (let k = 0; k < count; k++) {
      const made = k % 2 === 0 ? world.dupSync() : await world.dup();
      made.setAttr(hung, value);
      const part = made.splitSync(0, -made.rank);
      if (k % 3 === 0) part?.setErrhandler(() => undefined);
      part?.free();
      if (k % 5 === 0) await made.disconnect();
      else made.free();
    }
  },
};

/** Each rank falls asleep in both ways and is woken: what that takes is opened at its first use. */
async function sleepOnce(): Promise<void> {
  for (const sleeper of [true, false]) {
    for (const wait of [() => world.recvSync(partner), () => world.recv(partner)]) {
      await world.barrier();
      if (isFirst === sleeper) {
        await wait();
        continue;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
      world.sendSync(null, partner);
    }
  }
}

await sleepOnce();
const counts = process.argv.slice(2).map((argument) => argument.split('='));
for (const [what = '', text] of counts) {
  const run = WHAT[what];
  if (run === undefined) throw new Error(`there is no ${what}`);
  const count = Number(text);
  // The first part pays for what is made once.
  await run(Math.ceil(count / 1000) * 100);
  await world.barrier();
  const before = await footprint();
  await run(count - Math.ceil(count / 1000) * 100);
  await world.barrier();
  try {
    expectFlat(before, await footprint());
  } catch (cause) {
    throw new Error(`rank ${world.rank}, ${count} of ${what}`, { cause });
  }
  await world.barrier();
  if (isFirst) console.log(`ok ${what}`);
}
