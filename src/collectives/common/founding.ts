/**
 * How the members of a communicator come to a memory in common: rank 0 makes it and says where it is, everybody says whether it
 * has found it, and rank 0 says whether it is used. Where anybody has no room for it, or lives on another host, nobody uses it, and
 * the collectives go on by messages.
 *
 *     0 ─name→ 1, 2, 3      0 ←found─ 1, 2, 3      0 ─used→ 1, 2, 3
 *
 * These messages have a tag of their own: a process that has missed a collective by an error comes to them with its next one.
 */
import type { CommonBlock } from '../../engine/common-wait.ts';
import { outcome, type Steps } from '../../engine/task.ts';
import { TAG_MAX } from '../../model/constants.ts';
import type { Endpoint } from '../../p2p/endpoint.ts';
import { payloadOf, receivePayload, sendPayload, valueOf } from '../../p2p/payload.ts';
import { commonBytes, slotBytes } from './common-layout.ts';

/** No collective has it: the counting of tags leaves it out. */
const FOUNDING_TAG: number = TAG_MAX;

/** The block that everybody has; null where somebody has not. `mayMake`: whether this process has room for one more. */
export function* found(endpoint: Endpoint, mayMake: boolean): Steps<CommonBlock | null> {
  const { engine, peers, rank } = endpoint;
  const bytes = commonBytes(peers.length);
  const own = slotBytes(peers.length);
  const blocks = mayMake ? engine.common : null;
  const others = Array.from(peers.keys()).filter((peer) => peer !== 0);
  if (rank !== 0) {
    const name = yield* hear(endpoint, 0);
    const block = typeof name === 'string' ? (blocks?.find(name, bytes, own) ?? null) : null;
    yield* tell(endpoint, [0], block !== null);
    return yield* settled(block, () => hear(endpoint, 0));
  }
  const block = blocks?.make(bytes, own) ?? null;
  yield* tell(endpoint, others, block?.name ?? null);
  return yield* settled(block, function* () {
    let everybody = block !== null;
    for (const other of others) if ((yield* hear(endpoint, other)) !== true) everybody = false;
    block?.seal();
    yield* tell(endpoint, others, everybody);
    return everybody;
  });
}

/** The block where `verdict` is that it is used, else it is let go. */
function* settled(block: CommonBlock | null, verdict: () => Steps<unknown>): Steps<CommonBlock | null> {
  let used = false;
  try {
    used = (yield* verdict()) === true;
    return used ? block : null;
  } finally {
    if (!used) {
      block?.seal();
      block?.close();
    }
  }
}

function* tell(endpoint: Endpoint, ranks: readonly number[], value: unknown): Steps<void> {
  const payload = payloadOf(endpoint, value);
  const sending = ranks.map((dest) => sendPayload(endpoint, payload, dest, FOUNDING_TAG));
  for (const send of sending) yield* outcome(send);
}

function* hear(endpoint: Endpoint, source: number): Steps<unknown> {
  return valueOf(endpoint, yield* outcome(receivePayload(endpoint, source, FOUNDING_TAG)));
}
