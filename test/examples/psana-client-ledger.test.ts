/** Who is alive and which runs are closed, without any messages: a state machine. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  ClientLedger,
  type LedgerEvent,
  type RunReport,
} from '../../examples/psana/mpidata/client-ledger.ts';
import type { Kind, Update } from '../../examples/psana/mpidata/update-format.ts';

/** Clients that send to a ledger; the time is theirs to set. */
class Clients {
  readonly ledger: ClientLedger;
  now = 0;
  readonly #sequences = new Map<number, number>();

  constructor(count: number, patienceMs = Infinity) {
    const ranks = Array.from({ length: count }, (_, index) => index + 1);
    this.ledger = new ClientLedger(ranks, patienceMs, 0);
  }

  send(rank: number, kind: Kind, run = 0, small: Record<string, unknown> = {}): string[] {
    const sequence = (this.#sequences.get(rank) ?? 0) + 1;
    this.#sequences.set(rank, sequence);
    const update: Update = { kind, rank, run, step: 0, sequence, time: 0, small, arrays: [] };
    return this.ledger.accept(update, this.now).map(describeEvent);
  }

  update(rank: number, run: number): string[] {
    return this.send(rank, 'update', run);
  }

  endRun(rank: number, run: number, updates: number): string[] {
    return this.send(rank, 'endRun', run, { updates });
  }

  expireAt(now: number): string[] {
    this.now = now;
    return this.ledger.expire(now).map(describeEvent);
  }
}

function describeEvent(event: LedgerEvent): string {
  if (event.kind === 'closed') return `closed ${event.report.run}: ${describeReport(event.report)}`;
  if ('reason' in event) return `${event.kind} ${event.rank}: ${event.reason}`;
  return `${event.kind} ${event.rank} of run ${event.update.run}`;
}

function describeReport({ complete, contributions }: RunReport): string {
  const parts = contributions.map(
    ({ rank, updates, missing }) => `${rank} ${updates}${missing === undefined ? '' : ` (${missing})`}`,
  );
  return `${complete ? 'complete' : 'incomplete'}, ${parts.join(', ')}`;
}

describe('the ledger of clients', () => {
  it('keeps runs apart when a client goes ahead to the next one', () => {
    const clients = new Clients(2);
    assert.deepEqual(clients.update(1, 54), ['update 1 of run 54']);
    assert.deepEqual(clients.endRun(1, 54, 1), ['endrun 1 of run 54']);
    assert.deepEqual(clients.update(1, 55), ['update 1 of run 55']);
    assert.deepEqual(clients.endRun(1, 55, 1), ['endrun 1 of run 55']);
    assert.deepEqual(clients.update(2, 54), ['update 2 of run 54']);
    assert.deepEqual(clients.endRun(2, 54, 1), ['endrun 2 of run 54', 'closed 54: complete, 1 1, 2 1']);
    assert.deepEqual(clients.endRun(2, 55, 0), ['endrun 2 of run 55', 'closed 55: complete, 1 1, 2 0']);
  });

  it('closes a run without a client that had nothing to send', () => {
    const clients = new Clients(3);
    clients.endRun(1, 54, 0);
    clients.endRun(2, 54, 0);
    assert.deepEqual(clients.endRun(3, 54, 0), ['endrun 3 of run 54', 'closed 54: complete, 1 0, 2 0, 3 0']);
  });

  it('is finished when every client has said goodbye', () => {
    const clients = new Clients(2);
    clients.endRun(1, 54, 0);
    clients.endRun(2, 54, 0);
    clients.send(1, 'bye');
    assert.equal(clients.ledger.finished, false);
    clients.send(2, 'bye');
    assert.equal(clients.ledger.finished, true);
  });

  it('goes on without a client that died, and says that its part is not whole', () => {
    const clients = new Clients(2);
    clients.update(1, 54);
    clients.endRun(1, 54, 1);
    clients.update(2, 54);
    assert.deepEqual(clients.ledger.lose(2, 'its process died').map(describeEvent), [
      'lost 2: its process died',
      'closed 54: incomplete, 1 1, 2 1 (its process died)',
    ]);
    assert.deepEqual(clients.ledger.lose(2, 'its process died'), [], 'it dies once');
    assert.deepEqual(clients.update(2, 54), [], 'it is not heard any more');
    clients.send(1, 'bye');
    assert.equal(clients.ledger.finished, true);
  });

  it('does not call a run incomplete for a client that died after it had ended it', () => {
    const clients = new Clients(2);
    clients.endRun(2, 54, 0);
    clients.ledger.lose(2, 'its process died');
    assert.deepEqual(clients.endRun(1, 54, 0), ['endrun 1 of run 54', 'closed 54: complete, 1 0, 2 0']);
  });

  it('stops waiting for a client that is silent, and takes it back when it is heard again', () => {
    const clients = new Clients(2, 1000);
    clients.now = 900;
    clients.update(1, 54);
    clients.endRun(1, 54, 1);
    assert.deepEqual(clients.expireAt(999), []);
    assert.equal(clients.ledger.untilNextExpiry(999), 1);
    assert.deepEqual(clients.expireAt(1000), [
      'hung 2: nothing was heard of it for 1.0 s',
      'closed 54: incomplete, 1 1, 2 0 (nothing was heard of it for 1.0 s)',
    ]);
    assert.equal(clients.ledger.finished, false);
    assert.deepEqual(clients.update(2, 54), ['back 2: it is heard of again', 'late 2 of run 54']);
    assert.deepEqual(clients.update(2, 55), ['update 2 of run 55']);
    assert.deepEqual(clients.ledger.ranks('hung'), []);
  });

  it('takes a heartbeat as a sign of life and as nothing else', () => {
    const clients = new Clients(1, 1000);
    clients.now = 800;
    assert.deepEqual(clients.send(1, 'heartbeat'), []);
    assert.deepEqual(clients.expireAt(1700), []);
    assert.deepEqual(clients.expireAt(1800), ['hung 1: nothing was heard of it for 1.0 s']);
    assert.equal(clients.ledger.finished, true, 'a client that hangs is not waited for');
  });

  it('proves that every update of a run arrived, or says how many did', () => {
    const clients = new Clients(1);
    clients.update(1, 54);
    assert.deepEqual(clients.endRun(1, 54, 3), [
      'endrun 1 of run 54',
      'closed 54: incomplete, 1 1 (it sent 3 updates, and 1 arrived)',
    ]);
  });

  it('loses a client whose messages have a gap', () => {
    const { ledger } = new Clients(1);
    const update: Update = {
      kind: 'update',
      rank: 1,
      run: 1,
      step: 0,
      sequence: 2,
      time: 0,
      small: {},
      arrays: [],
    };
    assert.deepEqual(ledger.accept(update, 0).map(describeEvent), [
      'lost 1: its messages go from number 0 to 2',
    ]);
  });

  it('loses a client that goes on with a run after its end, or opens runs without end', () => {
    const first = new Clients(2);
    first.endRun(1, 54, 0);
    assert.match(first.update(1, 54)[0] ?? '', /^lost 1: it went on with run 54 after it had ended it/);
    const second = new Clients(2);
    for (let run = 0; run < 64; run++) second.update(1, run);
    assert.match(second.update(1, 64)[0] ?? '', /^lost 1: it opened run 64 while 64 were open/);
  });
});
