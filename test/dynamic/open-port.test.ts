/** A port: clients and accepts find each other in the order in which they came, and nobody is left waiting. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Acceptance, Caller } from '#dynamic/acceptance.js';
import { CALLERS_MAX, MEMBERS_MAX, OpenPort, type RefusalReason, type Replies } from '#dynamic/open-port.js';
import type { Operation, OperationDriver } from '#engine/operation.js';
import type { ContextId } from '#model/context-id.js';
import { processId } from '#model/process-id.js';

const JOB = 'a'.repeat(32);
const ADDRESS = { owner: processId(JOB, 0), id: 'b'.repeat(16), secret: 'c'.repeat(32) };
const idle: OperationDriver = {
  progress: () => false,
  whenReady: () => undefined,
  block: () => undefined,
  pollForAwait: () => undefined,
  mayAnswerAtOnce: () => true,
  awaited: () => undefined,
  noLongerAwaited: () => undefined,
};

const context = (low: number): ContextId => ({ high: 1, low });
const caller = (rank: number): Caller => ({
  from: processId(JOB, rank),
  group: [processId(JOB, rank)],
  replyTo: context(rank),
});

/** Keeps what clients are told. */
class Told implements Replies {
  readonly welcomed: [caller: number, acceptance: number][] = [];
  readonly refused: [caller: number, why: RefusalReason][] = [];
  readonly gone = new Set<number>();
  readonly unreachable = new Set<number>();
  readonly taken = new Set<number>();
  readonly answers = new Map<number, (came: boolean) => void>();
  retries = 0;
  /** Whether clients come as soon as they are welcomed. */
  prompt = true;

  welcome(
    { replyTo }: Caller,
    { contextId }: Acceptance,
    answered: (came: boolean) => void,
  ): { takeBack: () => boolean } | null {
    if (this.unreachable.has(replyTo.low)) return null;
    this.welcomed.push([replyTo.low, contextId.low]);
    this.answers.set(replyTo.low, answered);
    return { takeBack: () => !this.taken.has(replyTo.low) };
  }

  /** A welcomed client takes what is laid out for it, and says so. */
  come(caller: number): void {
    this.taken.add(caller);
    this.answers.get(caller)?.(true);
    this.answers.delete(caller);
  }

  later(): void {
    this.retries++;
  }

  refuse({ replyTo }: Pick<Caller, 'replyTo'>, why: RefusalReason): void {
    this.refused.push([replyTo.low, why]);
  }

  isGone({ replyTo }: Caller): boolean {
    return this.gone.has(replyTo.low);
  }
}

class Scene {
  readonly told = new Told();
  readonly port = new OpenPort(idle, ADDRESS, this.told);
  accept(low: number): Operation<Caller> {
    const accepting = this.port.accept([ADDRESS.owner], context(low), context(1000 + low));
    if (this.told.prompt) this.comeAll();
    return accepting;
  }

  call(client: Caller): void {
    this.port.call(client);
    if (this.told.prompt) this.comeAll();
  }

  comeAll(): void {
    for (const client of this.told.answers.keys()) this.told.come(client);
  }
}

const outcomeOf = (operation: Operation<Caller>): unknown =>
  !operation.done ? 'waits' : operation.failed ? operation.failure : operation.take().replyTo.low;

describe('a port', () => {
  it('serves clients that came before the accept in their order', () => {
    const { told, port, accept, call } = bound(new Scene());
    for (const rank of [3, 1, 2]) call(caller(rank));
    assert.equal(port.waiting, 3);
    const accepts = [10, 11, 12].map(accept);
    assert.deepEqual(told.welcomed, [
      [3, 10],
      [1, 11],
      [2, 12],
    ]);
    assert.deepEqual(accepts.map(outcomeOf), [3, 1, 2]);
    assert.equal(port.waiting, 0);
  });

  it('serves accepts that came before the clients in their order', () => {
    const { accept, call } = bound(new Scene());
    const accepts = [10, 11, 12].map(accept);
    for (const rank of [5, 4]) call(caller(rank));
    assert.deepEqual(accepts.map(outcomeOf), [5, 4, 'waits']);
  });

  it('passes over clients that have ended or given up', () => {
    const { told, port, accept, call } = bound(new Scene());
    for (const rank of [1, 2, 3]) call(caller(rank));
    told.gone.add(1);
    assert.equal(port.giveUp(processId(JOB, 2), context(2)), true);
    assert.equal(port.giveUp(processId(JOB, 2), context(2)), false);
    // Only the one who waits there can give that up.
    assert.equal(port.giveUp(processId(JOB, 9), context(3)), false);
    assert.equal(outcomeOf(accept(10)), 3);
  });

  it('lets an accept be given up, and the next one takes its place', () => {
    const { accept, call } = bound(new Scene());
    const [first, second] = [accept(10), accept(11)];
    assert.equal(first.withdraw('enough'), true);
    assert.equal(first.withdraw('again'), false);
    call(caller(1));
    assert.deepEqual([first, second].map(outcomeOf), ['enough', 1]);
    assert.equal(second.withdraw('late'), false);
  });

  it('refuses a client that is one of those who accept, and waits for the next', () => {
    const { told, accept, call } = bound(new Scene());
    const waiting = accept(10);
    call({ ...caller(1), group: [processId(JOB, 1), ADDRESS.owner] });
    assert.deepEqual(told.refused, [[1, 'overlap']]);
    call(caller(2));
    assert.equal(outcomeOf(waiting), 2);
  });

  it('refuses everybody when it is closed, and accepts too', () => {
    const { told, port, accept, call } = bound(new Scene());
    call(caller(1));
    port.close();
    assert.deepEqual(told.refused, [[1, 'closed']]);
    const failure = outcomeOf(accept(10)) as Error;
    assert.match(failure.message, /^Cannot accept at parley:.*: it has been closed \(MPI_ERR_PORT\)$/);
    assert.ok(!failure.message.includes(ADDRESS.secret));
    const other = bound(new Scene());
    const waiting = other.accept(10);
    other.port.close();
    assert.equal((outcomeOf(waiting) as { code?: string }).code, 'MPI_ERR_PORT');
  });

  it('has a bound, which those that have ended do not count towards', () => {
    const { told, port, call } = bound(new Scene());
    for (let rank = 0; rank < CALLERS_MAX; rank++) call(caller(rank));
    call(caller(CALLERS_MAX));
    assert.deepEqual(told.refused, [[CALLERS_MAX, 'full']]);
    told.gone.add(0);
    call(caller(CALLERS_MAX + 1));
    assert.equal(told.refused.length, 1);
    assert.equal(port.waiting, CALLERS_MAX);
  });

  it('has a bound for the groups of its clients together', () => {
    const { told, call } = bound(new Scene());
    const members = MEMBERS_MAX / 4;
    const large = (rank: number): Caller => ({
      ...caller(rank),
      group: Array.from({ length: members }, () => processId(JOB, rank)),
    });
    for (let rank = 0; rank < 4; rank++) call(large(rank));
    call(caller(4));
    assert.deepEqual(told.refused, [[4, 'full']]);
    told.gone.add(0);
    call(large(5));
    assert.equal(told.refused.length, 1);
  });

  it('goes on with the next client where one gives up, or ends, before it has taken its welcome', () => {
    const { told, port, accept, call } = bound(new Scene());
    told.prompt = false;
    for (const rank of [1, 2, 3]) call(caller(rank));
    const [first, second] = [accept(10), accept(11)];
    assert.deepEqual([first, second].map(outcomeOf), ['waits', 'waits']);
    assert.equal(port.giveUp(processId(JOB, 1), context(1)), true);
    told.answers.get(3)?.(false);
    call(caller(4));
    for (const client of [2, 4]) told.come(client);
    assert.deepEqual([first, second].map(outcomeOf), [4, 2]);
    assert.equal(port.waiting, 0);
  });

  it('gives a client that has not taken its welcome to the next accept, where the first is given up', () => {
    const { told, port, accept, call } = bound(new Scene());
    told.prompt = false;
    call(caller(1));
    const first = accept(10);
    assert.equal(first.withdraw('enough'), true);
    assert.equal(port.waiting, 1);
    const second = accept(11);
    // It has taken it: what it says of that is on its way.
    told.taken.add(1);
    assert.equal(second.withdraw('enough'), false);
    port.giveUp(processId(JOB, 1), context(1));
    port.close();
    assert.equal(outcomeOf(second), 'waits');
    told.come(1);
    assert.deepEqual([first, second].map(outcomeOf), ['enough', 1]);
    assert.deepEqual(told.refused, []);
  });

  it('refuses a client that has not taken its welcome where the port is closed', () => {
    const { told, port, accept, call } = bound(new Scene());
    told.prompt = false;
    call(caller(1));
    const waiting = accept(10);
    port.close();
    assert.deepEqual(told.refused, [[1, 'closed']]);
    assert.match(String(outcomeOf(waiting)), /it has been closed/);
  });

  it('keeps a client that cannot be told, serves others, and tries again', () => {
    const { told, port, accept, call } = bound(new Scene());
    told.unreachable.add(1).add(2);
    for (const rank of [1, 2, 3]) call(caller(rank));
    assert.equal(outcomeOf(accept(10)), 3);
    const waiting = accept(11);
    assert.deepEqual([outcomeOf(waiting), port.waiting, told.retries], ['waits', 2, 1]);
    port.again();
    assert.deepEqual([outcomeOf(waiting), port.waiting, told.retries], ['waits', 2, 2]);
    told.unreachable.clear();
    port.giveUp(processId(JOB, 1), context(1));
    port.again();
    told.come(2);
    assert.equal(outcomeOf(waiting), 2);
  });

  it('never lets a client and an accept wait at the same time, whatever comes in which order', () => {
    const steps = fc.array(fc.constantFrom('call', 'accept', 'giveUp', 'withdraw', 'die'), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (sequence) => {
        const { told, port, accept, call } = bound(new Scene());
        const accepts: Operation<Caller>[] = [];
        const calls: number[] = [];
        for (const step of sequence) {
          const [rank] = calls.filter((low) => !told.welcomed.some(([met]) => met === low));
          if (step === 'call') {
            call(caller(calls.length));
            calls.push(calls.length);
          } else if (step === 'accept') accepts.push(accept(accepts.length));
          else if (step === 'withdraw') accepts.find(({ done }) => !done)?.withdraw('enough');
          else if (step === 'giveUp' && rank !== undefined) port.giveUp(processId(JOB, rank), context(rank));
          else if (rank !== undefined) told.gone.add(rank);
          assert.ok(port.waiting === 0 || accepts.every(({ done }) => done));
        }
        // Everybody is met once, in the order of both.
        for (const side of [0, 1] as const) {
          const met = told.welcomed.map((pair) => pair[side]);
          assert.deepEqual(
            met,
            [...new Set(met)].sort((a, b) => a - b),
          );
        }
      }),
    );
  });
});

interface Bound {
  readonly told: Told;
  readonly port: OpenPort;
  readonly accept: (low: number) => Operation<Caller>;
  readonly call: (client: Caller) => void;
}

function bound(scene: Scene): Bound {
  const { told, port } = scene;
  return { told, port, accept: (low) => scene.accept(low), call: (client) => scene.call(client) };
}
