import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BOARD_NEWS, Mailbox, MAILBOX_BYTES, ROOM_NEWS, Sleep } from '#transport/shared-memory/mailbox.js';

/** The greatest that Linux gives. */
const CLAIMER = 2 ** 22;
const NAME = [-1, 0x1f] as const;
/** The last one is for news of room. */
const RINGS_MAX = ROOM_NEWS + 1;

const newMailbox = (): Mailbox => new Mailbox(new ArrayBuffer(MAILBOX_BYTES), 0);

function newsOf(mailbox: Mailbox): number[] {
  const news: number[] = [];
  mailbox.takeNews((ring) => void news.push(ring));
  return news.sort((a, b) => a - b);
}

describe('A mailbox', () => {
  it('hands over the news of each of its rings, once', () => {
    const mailbox = newMailbox();
    for (let ring = 0; ring < RINGS_MAX; ring++) {
      mailbox.raiseNews(ring);
      assert.ok(mailbox.hasNews());
      assert.deepEqual(newsOf(mailbox), [ring]);
      assert.equal(mailbox.hasNews(), false);
    }
    const some = [BOARD_NEWS, 1, 31, 32, 63, 64, 1023, 1024, 1055, 2000, ROOM_NEWS];
    for (const ring of [...some, ...some.toReversed()]) mailbox.raiseNews(ring);
    assert.deepEqual(newsOf(mailbox), some);
  });

  it('has a number for each ring until there are too many, and takes them back', () => {
    const mailbox = newMailbox();
    const claimed = new Set<number>();
    for (let writer = 0; writer < RINGS_MAX; writer++) {
      const ring = mailbox.claimRing(writer * 7, CLAIMER, NAME);
      if (ring < 0) break;
      assert.ok(!claimed.has(ring) && ring !== BOARD_NEWS && ring !== ROOM_NEWS);
      claimed.add(ring);
    }
    assert.equal(claimed.size, RINGS_MAX - 2);
    assert.equal(mailbox.claimRing(0, CLAIMER, NAME), -1);
    mailbox.releaseRing(99);
    assert.equal(mailbox.claimRing(5000, CLAIMER, NAME), 99);
  });

  it('names a ring only when it was announced', () => {
    const mailbox = newMailbox();
    const ring = mailbox.claimRing(1100, CLAIMER, NAME);
    assert.equal(mailbox.announcedName(ring), null);
    assert.ok(mailbox.announceRing(ring, CLAIMER));
    assert.equal(mailbox.announcedName(ring), 'ring-ffffffff0000001f');
    mailbox.releaseRing(ring);
    assert.equal(mailbox.announcedName(ring), null);
  });

  it('takes the claims of the dead away, and no others', () => {
    const mailbox = newMailbox();
    const [dead, living, announced] = [
      mailbox.claimRing(7, CLAIMER, NAME),
      mailbox.claimRing(7, 1, [1, 2]),
      mailbox.claimRing(7, CLAIMER, [3, 4]),
    ];
    assert.ok(mailbox.announceRing(announced, CLAIMER));
    const isGone = (claimer: number): boolean => claimer === CLAIMER;
    assert.deepEqual(mailbox.takeDeadClaims(isGone), ['ring-ffffffff0000001f']);
    assert.deepEqual(mailbox.takeDeadClaims(isGone), []);
    assert.equal(mailbox.announceRing(dead, CLAIMER), false, 'it was taken for dead');
    assert.ok(mailbox.announceRing(living, 1));
    assert.equal(mailbox.announcedName(announced), 'ring-0000000300000004');
  });

  it('lets only one waker wake', () => {
    const mailbox = newMailbox();
    assert.equal(mailbox.takeSleep(), Sleep.AWAKE);
    for (const how of [Sleep.ON_FUTEX, Sleep.IN_EVENT_LOOP]) {
      mailbox.setSleep(how);
      assert.equal(mailbox.takeSleep(), how);
      assert.equal(mailbox.takeSleep(), Sleep.AWAKE);
    }
  });
});
