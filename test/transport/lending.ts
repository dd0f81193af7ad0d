/** The part of the contract that a transport may leave out: data that is lent, and copied by its receiver. */
import assert from 'node:assert/strict';
import { FrameKind, type LentData } from '#wire/frame.js';
import type { Channel } from '#transport/transport.js';
import type { TestProcess } from './transport-world.ts';

const LENGTH = 300_000;
/** More than there may be. */
const LOANS_MANY = 100;

type Check = (title: string, processes: number, test: (processes: readonly TestProcess[]) => void) => void;

interface Lending {
  readonly reader: TestProcess;
  readonly writer: TestProcess;
  readonly channel: Channel;
  readonly data: Uint8Array;
  /** Announces request `id`, which names this loan; what the reader is lent by it. */
  readonly announce: (id: number, loan: number) => LentData | null;
}

function prepare(processes: readonly TestProcess[]): Lending | null {
  const writer = processes[0]!;
  const reader = processes.at(-1)!;
  const channel = writer.channelTo(reader.id);
  if (channel.lend === undefined) return null;
  const { frames } = reader.from(writer.id);
  const arrives = (): void => {
    const wanted = frames.length + 1;
    reader.pollUntil(() => frames.length === wanted, 'the frame arrives');
  };
  // Nothing is lent to somebody who has never been seen.
  assert.equal(channel.lend(1, new Uint8Array(LENGTH)), null);
  channel.pushControl(FrameKind.WITHDRAW, 1, 0);
  arrives();
  const data = Uint8Array.from({ length: LENGTH }, (_, k) => (k * 31) ^ (k >> 9));
  return {
    reader,
    writer,
    channel,
    data,
    announce(id, loan) {
      const nothing = new Uint8Array(0);
      assert.ok(
        channel.pushMessage(FrameKind.REQUEST, 1, 0, 0, 0, 0, LENGTH, id, nothing, loan, 0),
        'there is room',
      );
      arrives();
      return frames.at(-1)!.lent;
    },
  };
}

export function checkLending(check: Check): void {
  const checkLent = (title: string, test: (lending: Lending) => void): void => {
    check(`lends, if it lends: ${title}`, 2, (processes) => {
      const lending = prepare(processes);
      if (lending !== null) test(lending);
    });
  };

  checkLent(
    'what is taken is copied, part by part, and cannot be taken back',
    ({ channel, data, announce }) => {
      const loan = channel.lend?.(7, data) ?? null;
      assert.ok(loan !== null);
      assert.equal(loan.help(), false, 'nobody copies yet');
      const lent = announce(7, loan.number);
      assert.ok(lent?.take() === true);
      assert.equal(lent.take(), false, 'it was taken twice');
      assert.equal(loan.takeBack(), false);
      const copy = new Uint8Array(LENGTH);
      for (const [from, to] of [
        [0, 1],
        [1, 5000],
        [5000, 200_000],
        [200_000, LENGTH],
      ] as const) {
        assert.ok(lent.copy(copy, from, to - from));
        assert.equal(Buffer.compare(copy.subarray(0, to), data.subarray(0, to)), 0);
        assert.ok(
          copy.subarray(to).every((byte) => byte === 0),
          'more was copied than was asked for',
        );
      }
      assert.equal(loan.help(), false, 'nobody copies any more');
      lent.leave(4321);
      assert.equal(loan.copied, 4321);
      loan.end();
    },
  );

  checkLent(
    'what was taken back is not taken, and its number may be lent again',
    ({ channel, data, announce }) => {
      const first = channel.lend?.(1, data) ?? null;
      assert.ok(first !== null);
      const stale = announce(1, first.number);
      assert.equal(first.takeBack(), true);
      const second = channel.lend?.(2, data) ?? null;
      assert.equal(second?.number, first.number);
      assert.equal(stale?.take(), false, 'it was taken by a request that it was not meant for');
      assert.equal(announce(2, second.number)?.take(), true);
      second.end();
    },
  );

  checkLent('a copy stays inside of what it is given', ({ channel, data, announce }) => {
    const loan = channel.lend?.(1, data) ?? null;
    const lent = announce(1, loan?.number ?? 0);
    assert.ok(lent?.take() === true);
    const memory = new Uint8Array(20_000);
    const target = memory.subarray(5000, 15_000);
    for (const [offset, size] of [
      [0, 10_001],
      [9000, 1001],
      [-1, 10],
      [10_000, 1],
      [0, LENGTH],
    ] as const) {
      assert.equal(lent.copy(target, offset, size), false);
    }
    assert.ok(lent.copy(target, 0, 10_000));
    assert.equal(Buffer.compare(target, data.subarray(0, 10_000)), 0);
    assert.ok(memory.subarray(0, 5000).every((byte) => byte === 0));
    assert.ok(memory.subarray(15_000).every((byte) => byte === 0));
    loan?.end();
  });

  checkLent('a request that lies about its loan lends nothing', ({ channel, data, announce }) => {
    const loan = channel.lend?.(1, data) ?? null;
    assert.ok(loan !== null);
    for (const number of [0, -1, 17, 2 ** 31 - 1, -(2 ** 31)]) assert.equal(announce(1, number), null);
    assert.equal(announce(99, loan.number)?.take(), false, 'it is the loan of another request');
    assert.notEqual(announce(1, loan.number === 1 ? 2 : 1)?.take(), true, 'nobody has lent that');
    loan.end();
  });

  checkLent('there is a bound, and what has ended makes room', ({ channel, data }) => {
    const loans = [];
    for (let request = 1; request < LOANS_MANY; request++) {
      const loan = channel.lend?.(request, data) ?? null;
      if (loan === null) break;
      loans.push(loan);
    }
    assert.ok(loans.length > 1 && loans.length < LOANS_MANY - 1);
    loans[0]?.end();
    loans[0]?.end();
    assert.equal(channel.lend?.(500, data)?.number, loans[0]?.number);
    assert.equal(channel.lend?.(501, data), null, 'one end made room for two');
  });

  checkLent('nothing is lent, taken or copied over a closed channel', ({ channel, data }) => {
    const loan = channel.lend?.(1, data) ?? null;
    channel.close();
    assert.equal(loan?.help(), false);
    assert.equal(channel.lend?.(2, data), null);
  });
}
