/**
 * Rank 1 is killed while each of the others waits for it in a way of its own, or (`collectives`) while all are in
 * collectives without it. Each says what it was told, as JSON; then they go on with each other, since the job does.
 */
import assert from 'node:assert/strict';
import * as MPI from 'parley';
import { failure } from './support/cases.ts';

const world = MPI.COMM_WORLD;
const { rank, size } = world;
const VICTIM = 1;
const LONG = 2 ** 26;
/** Tags of the long messages, by the survivor that they are of. */
const TO_VICTIM = 100;
const FROM_VICTIM = 200;
/** A tag of no message. */
const NEVER = 60;

/** The same ranks counted from the other end. */
const reversed = world.splitSync(0, -rank);
if (reversed === null) throw new Error('everybody has the same colour');
reversed.name = 'reversed';
const victimReversed = size - 1 - VICTIM;

type Wait = () => unknown;

/** Each survivor waits in one of these ways. */
const WAITS: Readonly<Record<string, Wait>> = {
  'recvSync from it': () => world.recvSync(VICTIM),
  'await recv from it': () => world.recv(VICTIM),
  'recvIntoSync from anybody': () => world.recvIntoSync(new Int32Array(1), MPI.ANY_SOURCE, NEVER),
  'await recvInto from anybody': () => world.recvInto(new Int32Array(1), MPI.ANY_SOURCE, NEVER),
  'await probe': () => world.probe(VICTIM, 5),
  'mprobeSync from anybody': () => world.mprobeSync(MPI.ANY_SOURCE, NEVER),
  'messages from anybody': async () => {
    for await (const { data } of world.messages({ tag: NEVER })) assert.fail(String(data));
  },
  'ssendSync to it': () => {
    world.ssendSync('nobody takes it', VICTIM, 3);
  },
  'long send to it, blocking': () => {
    world.sendSync(new Uint8Array(LONG), VICTIM, TO_VICTIM);
  },
  'long send to it, awaiting': () => world.send(new Uint8Array(LONG), VICTIM, TO_VICTIM),
  'long receive from it, blocking': () => world.recvIntoSync(new Uint8Array(LONG), VICTIM, FROM_VICTIM),
  'long receive from it, awaiting': () => world.recv(VICTIM, FROM_VICTIM),
  'sendrecv with it': () => world.sendrecv(1, VICTIM, 3, VICTIM, 3),
  'where it has another rank': () => reversed.recvSync(victimReversed),
  'where it has another rank, from anybody': () => reversed.recv(),
};
const names = Object.keys(WAITS);
const survivors = Array.from({ length: size }, (_, index) => index).filter((index) => index !== VICTIM);
const nameOf = (survivor: number): string => names[survivors.indexOf(survivor)] ?? '';

/** Nothing that depends on the event loop goes on from here. */
function freeze(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

function ready(): void {
  process.stdout.write(`ready ${rank}\n`);
}

/**
 * The victim is in the middle of every long message when it stops: those to it have been let go and fill the ring, those from it
 * are announced. From the last call on it makes no more progress, or a quick peer would get all.
 */
function beVictim(): void {
  for (const survivor of survivors) world.recvSync(survivor, 9);
  const long = survivors.filter((survivor) => nameOf(survivor).startsWith('long send'));
  for (const survivor of long) world.probeSync(survivor, TO_VICTIM);
  for (const survivor of survivors) {
    if (long.includes(survivor)) void world.recvInto(new Uint8Array(LONG), survivor, TO_VICTIM);
    if (nameOf(survivor).startsWith('long receive')) {
      void world.send(new Uint8Array(LONG), survivor, FROM_VICTIM);
    }
  }
  ready();
  freeze();
}

async function survive(): Promise<void> {
  const name = nameOf(rank);
  world.sendSync('here', VICTIM, 9);
  ready();
  const error = await failure('MPI_ERR_PROC_FAILED', WAITS[name] ?? (() => undefined));
  assert.ok(error instanceof MPI.ProcessFailedError);
  console.log(JSON.stringify({ rank, what: name, message: error.message, failedRanks: error.failedRanks }));
}

/** Starts one collective of each kind on a communicator of its own, and waits for all of them. */
async function surviveCollectives(duplicates: readonly MPI.Intracommunicator[]): Promise<void> {
  const kinds: readonly ((comm: MPI.Intracommunicator) => MPI.Request<unknown>)[] = [
    (comm) => comm.barrier(),
    (comm) => comm.bcast(rank, VICTIM),
    (comm) => comm.gather(rank, 0),
    (comm) => comm.gather(rank, VICTIM),
    (comm) => comm.reduce(rank, MPI.SUM, 0),
    (comm) => comm.allreduce(rank),
    (comm) => comm.allreduceInto(new Float64Array(100_000), new Float64Array(100_000)),
    (comm) => comm.dup(),
  ];
  const requests = kinds.map((start, index) => start(duplicates[index]!));
  ready();
  if (rank % 2 === 0) {
    const error = await failure('MPI_ERR_IN_STATUS', () => MPI.waitAllSync(requests));
    assert.ok(error instanceof MPI.StatusesError);
  }
  const outcomes = await Promise.allSettled(requests);
  // Everybody needs the victim for a barrier and a reduction to all; the others may be over for some before.
  for (const needed of [0, 5, 6]) assert.equal(outcomes[needed]?.status, 'rejected', `collective ${needed}`);
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') continue;
    const { code, message } = outcome.reason as MPI.MPIError;
    assert.equal(code, 'MPI_ERR_PROC_FAILED');
    console.log(JSON.stringify({ rank, what: 'collective', message, failedRanks: [VICTIM] }));
  }
}

/** Survivors talk to each other as before. */
async function goOn(): Promise<void> {
  const place = survivors.indexOf(rank);
  const next = survivors[(place + 1) % survivors.length]!;
  const previous = survivors[(place + survivors.length - 1) % survivors.length]!;
  const { data } = await world.sendrecv(rank, next, 50, previous, 50);
  assert.equal(data, previous);
  const long = new Float64Array(100_000).fill(rank);
  const [sending, buffer] = [world.send(long, next, 51), new Float64Array(100_000)];
  world.recvIntoSync(buffer, previous, 51);
  await sending;
  assert.ok(buffer.every((element) => element === previous));
  await failure('MPI_ERR_PROC_FAILED', () => world.send('too late', VICTIM));
  await failure('MPI_ERR_PROC_FAILED', () => world.recvSync(VICTIM, 7));
  // From anybody: told once, where that was not so yet, and no more.
  let told = 0;
  void world.send('anybody', next, 52);
  for (;;) {
    try {
      assert.equal((await world.recv(MPI.ANY_SOURCE, 52)).data, 'anybody');
      break;
    } catch (error) {
      assert.ok(error instanceof MPI.ProcessFailedError && ++told === 1, String(error));
    }
  }
  await failure('MPI_ERR_PROC_FAILED', () => {
    world.barrierSync();
  });
  await failure('MPI_ERR_PROC_FAILED', () => world.allreduce(1));
  await failure('MPI_ERR_PROC_FAILED', () => world.dup());
  console.log(`ok ${rank}`);
  // Nobody leaves before the others have what it sent.
  await world.sendrecv('bye', next, 53, previous, 53);
}

if (process.argv[2] === 'collectives') {
  const duplicates: MPI.Intracommunicator[] = [];
  for (let k = 0; k < 8; k++) duplicates.push(await world.dup());
  for (const [k, comm] of duplicates.entries()) comm.name = `duplicate ${k}`;
  if (rank === VICTIM) {
    ready();
    freeze();
  }
  await surviveCollectives(duplicates);
} else {
  if (rank === VICTIM) beVictim();
  await survive();
}
await goOn();
