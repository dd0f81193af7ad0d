/**
 * A master and clients of one world, in the way that the first argument names. Rank 0 prints what it saw as JSON, for the test to
 * judge; the clients differ in how much they have to say.
 */
import assert from 'node:assert/strict';
import * as MPI from 'parley';
import { connectStream, openJournal, openStream, type RunReport } from 'parley/live';

const world = MPI.COMM_WORLD;
const [way = 'plain', journalPath = ''] = process.argv.slice(2);
const RUNS = 2;

/** Full frames for some, small values for others, nothing in the first run for the last. */
const countOf = (rank: number, run: number): number =>
  rank === world.size - 1 && run === 1 ? 0 : 10 * rank + run;

async function master(): Promise<void> {
  const stores = journalPath === '' ? [] : [await openJournal(journalPath)];
  const stream = openStream(world, {
    stores,
    silentMs: way === 'hang' ? 300 : 20_000,
  });
  const reports: RunReport[] = [];
  const others: string[] = [];
  const sums = new Map<string, number>();
  for await (const event of stream) {
    if (event.type === 'update') {
      const { client, run } = event;
      const image = event.array('image', Float32Array);
      assert.equal(
        image.length,
        event.shape('image').reduce((product, extent) => product * extent, 1),
      );
      sums.set(
        `${client.name}/${run}`,
        (sums.get(`${client.name}/${run}`) ?? 0) + Number(event.small['value']) + (image[0] ?? 0),
      );
    } else if (event.type === 'runEnded') {
      reports.push(event.report);
    } else if ('client' in event) {
      others.push(`${event.type} ${event.client.name}`);
      if (event.type === 'clientFailed') process.stderr.write(`${event.error.message}\n`);
      // On a busy machine others may be silent for as long.
      if (event.type === 'clientSilent' && event.client.name === 'rank 1') release();
    }
  }
  const rows = stream.clients();
  await stream.close();
  console.log(
    JSON.stringify({ reports, others: others.sort(), sums: [...sums].sort(), rows, held: stream.pool.held }),
  );
}

/** Lets the hung client go on. */
function release(): void {
  world.bsend('go on', 1, 5);
}

async function client(): Promise<void> {
  const { rank } = world;
  const stream = connectStream(world, { credits: 4, queueLimit: 4, heartbeatMs: 50 });
  const md = stream.update();
  for (let run = 1; run <= RUNS; run += 1) {
    for (let event = 1; event <= countOf(rank, run); event += 1) {
      md.addArray(
        'image',
        new Float32Array(rank === 1 ? 300_000 : 12).fill(event),
        rank === 1 ? [500, 600] : [3, 4],
      );
      md.small['value'] = rank * 1000;
      if (way === 'blocking') md.sendSync();
      else await md.send();
      if (way === 'kill' && rank === 1 && run === 1 && event === 5) {
        await stream.flush();
        process.kill(process.pid, 'SIGKILL');
      }
    }
    // Blocked, it gives no sign of life until it is told to go on.
    if (way === 'hang' && rank === 1 && run === 1) world.recvSync(0, 5);
    await md.endRun();
  }
  await stream.close();
  if (journalPath !== '') assert.equal(stream.statistics.stored, stream.statistics.sent);
}

await (world.rank === 0 ? master() : client());
