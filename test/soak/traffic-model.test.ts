/** The model that random traffic is checked against must find what is wrong: else the traffic proves nothing. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ANY_TAG } from 'parley';
import { checkRound, type Receipt } from '../programs/support/traffic-model.ts';
import { type PlannedMessage, TrafficPlan } from '../programs/support/traffic-plan.ts';

const plan = new TrafficPlan(1, 3);

const message = (from: number, tag: number, offset: number): PlannedMessage => ({
  from,
  to: 0,
  tag,
  mode: 'send',
  kind: 'bytes',
  length: 20,
  offset,
  receiverBits: 0,
});

const SENT = [message(1, 5, 100), message(2, 5, 200), message(1, 6, 300), message(1, 5, 400)];

const receiptOf = (sent: PlannedMessage, tag: number = sent.tag): Receipt => ({
  tag,
  gotSource: sent.from,
  gotTag: sent.tag,
  data: plan.contentOf(sent),
  truncatedTo: null,
});

const [first, fromTwo, other, second] = SENT.map((sent) => receiptOf(sent)) as [
  Receipt,
  Receipt,
  Receipt,
  Receipt,
];

describe('the model of random traffic', () => {
  it('accepts messages of several senders in any order', () => {
    checkRound(plan, SENT, [first, fromTwo, other, second]);
    checkRound(plan, SENT, [fromTwo, other, first, second]);
  });

  it('refuses two messages of one sender and tag in the wrong order', () => {
    assert.throws(() => {
      checkRound(plan, SENT, [second, fromTwo, other, first]);
    }, /differ from what was sent/);
  });

  it('refuses a receive of any tag that was passed over', () => {
    const anyTag = receiptOf(SENT[2]!, ANY_TAG);
    assert.throws(() => {
      checkRound(plan, SENT, [anyTag, first, fromTwo, second]);
    }, /passed over/);
    checkRound(plan, SENT, [first, fromTwo, anyTag, second]);
  });

  it('refuses a message that is missing, and one that came twice', () => {
    assert.throws(() => {
      checkRound(plan, SENT, [first, fromTwo, other]);
    });
    assert.throws(() => {
      checkRound(plan, SENT, [first, fromTwo, fromTwo, second]);
    });
    assert.throws(() => {
      checkRound(plan, SENT, [first, fromTwo, second, second]);
    }, /one message too many|differ/);
  });

  it('refuses a changed byte and another class', () => {
    const changed = Uint8Array.from(first.data as Uint8Array).fill(0, 19);
    for (const data of [changed, Buffer.from(first.data as Uint8Array), 'text']) {
      assert.throws(() => {
        checkRound(plan, SENT, [{ ...first, data }, fromTwo, other, second]);
      });
    }
  });
});
