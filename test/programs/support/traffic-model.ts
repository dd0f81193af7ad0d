/**
 * Checks what a receiver got in one round against what the standard promises (MPI-4.1 §3.5):
 *
 * - of one sender and tag, the receives (in the order in which they were posted) got the messages in the order in
 *   which they were sent, each once and whole;
 * - where a receive could have taken a message of the same sender that was sent earlier than the one it got, an
 *   earlier receive has that message.
 */
import assert from 'node:assert/strict';
import { ANY_TAG } from 'parley';
import type { PlannedMessage, TrafficPlan } from './traffic-plan.ts';

/** One receive, in the order of posting, and what it got. */
export interface Receipt {
  readonly tag: number;
  readonly gotSource: number;
  readonly gotTag: number;
  /** The data; only a beginning where the buffer was too short. */
  readonly data: unknown;
  readonly truncatedTo: number | null;
}

export function checkRound(
  plan: TrafficPlan,
  expected: readonly PlannedMessage[],
  receipts: readonly Receipt[],
): void {
  assert.equal(receipts.length, expected.length);
  for (const source of new Set(expected.map(({ from }) => from))) {
    const sent = expected.filter(({ from }) => from === source);
    checkSource(
      plan,
      sent,
      receipts.filter(({ gotSource }) => gotSource === source),
    );
  }
}

function checkSource(plan: TrafficPlan, sent: readonly PlannedMessage[], receipts: readonly Receipt[]): void {
  assert.equal(receipts.length, sent.length, 'as many as were sent');
  const left = new Map<number, number[]>();
  for (const [place, { tag }] of sent.entries()) left.set(tag, [...(left.get(tag) ?? []), place]);
  const places = receipts.map((receipt) => {
    const place = left.get(receipt.gotTag)?.shift();
    const message = place === undefined ? undefined : sent[place];
    assert.ok(message !== undefined, `one message too many with tag ${receipt.gotTag}`);
    checkContent(plan.contentOf(message), receipt);
    return place ?? -1;
  });
  for (const [earlier, place] of places.entries()) {
    const { tag } = receipts[earlier]!;
    for (let later = earlier + 1; later < places.length; later++) {
      const covered = tag === ANY_TAG || tag === receipts[later]?.gotTag;
      assert.ok(!covered || (places[later] ?? 0) > place, 'an earlier receive was passed over');
    }
  }
}

function checkContent(wanted: unknown, { data, truncatedTo }: Receipt): void {
  if (!ArrayBuffer.isView(wanted)) {
    assert.deepEqual(data, wanted);
    return;
  }
  assert.ok(ArrayBuffer.isView(data));
  assert.equal(Object.getPrototypeOf(data), Object.getPrototypeOf(wanted));
  const length = truncatedTo ?? wanted.byteLength;
  assert.equal(data.byteLength, length);
  const [came, sent] = [data, wanted].map(({ buffer, byteOffset }) =>
    Buffer.from(buffer, byteOffset, length),
  );
  assert.ok(came!.equals(sent!), `${length} bytes differ from what was sent`);
}
