/**
 * Random traffic from a seed, checked message by message against a model:
 *
 *     random-traffic SEED MESSAGES
 *
 * Everybody sends as the plan says, never waiting for anybody, and receives in the order of the plan: posted ahead,
 * awaited, blocking, probed or taken by matched probes, as chance has it. After each round everything has come.
 */
import {
  ANY_SOURCE,
  ANY_TAG,
  COMM_WORLD as world,
  MPIError,
  StatusesError,
  waitAllSync,
  type Request,
} from 'parley';
import { checkRound, type Receipt } from './support/traffic-model.ts';
import { type Family, type PlannedMessage, type Round, TrafficPlan } from './support/traffic-plan.ts';

const seed = Number(process.argv[2]);
const total = Number(process.argv[3]);
const ROUND_MESSAGES = 2000;
/** Bits of a message that decide how it is received. */
const WAYS = 8;

interface Pattern {
  readonly source: number;
  readonly tag: number;
}

const plan = new TrafficPlan(seed, world.size);
const control = world.dupSync();

function patternFor(family: Family, { from, tag, receiverBits }: PlannedMessage): Pattern {
  const layer = (receiverBits >>> 8) % 3;
  const exactSource = family === 'exact' || family === 'source' || (family === 'layered' && layer < 2);
  const exactTag = family === 'exact' || family === 'tag' || (family === 'layered' && layer < 1);
  return { source: exactSource ? from : ANY_SOURCE, tag: exactTag ? tag : ANY_TAG };
}

/** In a layered round the narrow receives come first. */
function inOrderOfPosting(round: Round, mine: readonly PlannedMessage[]): readonly PlannedMessage[] {
  if (round.family !== 'layered') return mine;
  return [0, 1, 2].flatMap((layer) => mine.filter(({ receiverBits }) => (receiverBits >>> 8) % 3 === layer));
}

/** A receive that is posted or done; later it is a receipt. */
type Pending = () => Promise<Receipt>;

const receipt = (
  tag: number,
  source: number,
  gotTag: number,
  data: unknown,
  truncatedTo: number | null = null,
): Receipt => ({
  tag,
  gotSource: source,
  gotTag,
  data,
  truncatedTo,
});

/** Receives into a buffer, which where the message is known may be too short on purpose. */
function postInto(pattern: Pattern, message: PlannedMessage): Pending {
  const content = plan.contentOf(message) as Uint8Array | Float64Array;
  const short = message.receiverBits % 5 === 0 && content.length > 0;
  const room = content.length - (short ? 1 : 0);
  const buffer = message.kind === 'bytes' ? new Uint8Array(room) : new Float64Array(room);
  const request = world.recvInto(buffer, pattern.source, pattern.tag);
  return async () => {
    try {
      const { source, tag } = await request;
      return receipt(pattern.tag, source, tag, buffer);
    } catch (error) {
      if (!short || !(error instanceof MPIError) || error.code !== 'MPI_ERR_TRUNCATE') throw error;
      return receipt(pattern.tag, message.from, message.tag, buffer, buffer.byteLength);
    }
  };
}

async function begin(family: Family, message: PlannedMessage): Promise<Pending> {
  const pattern = patternFor(family, message);
  const { source, tag } = pattern;
  const of = ({ data, source: from, tag: got }: { data: unknown; source: number; tag: number }): Receipt =>
    receipt(tag, from, got, data);
  const done = (message: { data: unknown; source: number; tag: number }): Pending => {
    const came = of(message);
    return () => Promise.resolve(came);
  };
  // Posted before anything is sent: none of them may wait.
  const way = family === 'layered' ? 0 : message.receiverBits % WAYS;
  switch (way) {
    case 1:
      return done(await world.recv(source, tag));
    case 2:
      return done(world.recvSync(source, tag));
    case 3: {
      const probed = await world.probe(source, tag);
      return done(world.recvSync(probed.source, probed.tag));
    }
    case 4:
      return done(await (await world.mprobe(source, tag)).recv());
    case 5:
      return done(world.mprobeSync(source, tag).recvSync());
    case 6:
      if (family === 'exact' && message.kind !== 'value') return postInto(pattern, message);
  }
  const request = world.recv(source, tag);
  return async () => of(await request);
}

function startSend(message: PlannedMessage): Request | null {
  const content = plan.contentOf(message);
  if (message.mode !== 'bsend') return world[message.mode](content, message.to, message.tag);
  world.bsend(content, message.to, message.tag);
  return null;
}

async function run(round: Round): Promise<void> {
  const { family, messages } = round;
  const sends: Request[] = [];
  const pending: Pending[] = [];
  const mine = inOrderOfPosting(
    round,
    messages.filter(({ to }) => to === world.rank),
  );
  if (family === 'layered') {
    for (const message of mine) pending.push(await begin(family, message));
    control.barrierSync();
  }
  for (const message of messages) {
    if (message.from === world.rank) {
      const send = startSend(message);
      if (send !== null) sends.push(send);
    }
    if (message.to === world.rank && family !== 'layered') pending.push(await begin(family, message));
  }
  const receipts: Receipt[] = [];
  for (const finish of pending) receipts.push(await finish());
  if (world.rank % 2 === 0) waitAllSync(sends);
  else await Promise.all(sends);
  checkRound(
    plan,
    messages.filter(({ to }) => to === world.rank),
    receipts,
  );
  // Nobody sends for the next round before all are here.
  if (world.iprobe() !== undefined) throw new Error('a message is left');
  await control.barrier();
}

for (let left = total; left > 0; left -= ROUND_MESSAGES) {
  const round = plan.nextRound(Math.min(left, ROUND_MESSAGES));
  try {
    await run(round);
  } catch (cause) {
    const statuses = cause instanceof StatusesError ? cause.statuses : [];
    throw new Error(`seed ${seed}, ${round.family} round with ${left} messages left: ${String(statuses)}`, {
      cause,
    });
  }
}
if (world.rank === 0) console.log(`ok ${total} messages`);
