/**
 * Processes of jobs that have met are killed, or stopped for a while, at random moments: the others finish what they do
 * and are told whom they have lost; nobody waits for ever, and nothing is left. It wants the machine to itself. The seed is
 * printed, and PARLEY_SEED repeats a run; PARLEY_SOAK=1 does a hundred of each.
 */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { readOwner, removeIfEmpty, sweepDeadJobs } from '#pmi/job-directory.js';
import { agentOfJob } from '#pmi/job-record.js';
import { JOB_VARIABLE } from '#pmi/job-environment.js';
import { sendSignal } from '../harness/leftovers.ts';
import { ParleyRun } from '../harness/parley-run.ts';
import { programFile, startRanks } from '../harness/run-ranks.ts';
import { Random } from '../programs/support/random.ts';
import { makeSharedMemory } from '../runtime/shared-memory.ts';

const KILLS = process.env['PARLEY_SOAK'] === undefined ? 1 : 100;
const PROGRAM = 'doomed-meetings';
const LIMIT_MS = 40_000;
/** From the start of the victim until well into what it says. */
const MOMENT_MS_MAX = 700;
const seed = Number(process.env['PARLEY_SEED'] ?? randomInt(2 ** 31));
const random = new Random(seed);

interface Scene {
  readonly place: string;
  readonly server: ParleyRun;
  /** Alone: `node program`, with an agent in the background. */
  client(alone: boolean): ParleyRun;
}

function start(place: string, args: readonly string[], alone: boolean): ParleyRun {
  const env = { PARLEY_SHM_DIR: place };
  if (!alone) return startRanks(PROGRAM, { ranks: 1, args, env, timeoutMs: LIMIT_MS });
  return new ParleyRun([process.execPath, programFile(PROGRAM), ...args], { env, timeoutMs: LIMIT_MS });
}

async function inScene(serverAlone: boolean, play: (scene: Scene) => Promise<void>): Promise<void> {
  const place = makeSharedMemory();
  const runs: ParleyRun[] = [];
  const begin = (args: readonly string[], alone: boolean): ParleyRun => {
    const run = start(place, args, alone);
    runs.push(run);
    return run;
  };
  const told = (): string => runs.map((run) => run.describe()).join('\n');
  try {
    const server = begin(['server'], serverAlone);
    const port = (await server.waitForOutput(/^port (\S+)$/m))[1] ?? '';
    await play({ place, server, client: (alone) => begin(['client', port], alone) });
    for (const run of runs) await run.expectClean();
    expectNothingLeft(place);
  } catch (cause) {
    throw new Error(`${(cause as Error).message}\n${told()}`, { cause });
  } finally {
    for (const run of runs) {
      for (const { pid } of run.processes()) sendSignal(pid, 'SIGCONT');
      run.release();
    }
    rmSync(place, { recursive: true });
  }
}

/** Who was killed before its agent had begun leaves what the next start removes. */
function expectNothingLeft(place: string): void {
  for (const name of readdirSync(place)) {
    sweepDeadJobs(join(place, name));
    removeIfEmpty(join(place, name));
  }
  assert.deepEqual(readdirSync(place), []);
}

/** The program's own process, which the launcher's is not. */
function programOf(run: ParleyRun, alone: boolean): number {
  return alone ? run.pid : (run.rankProcesses().get(0)?.pid ?? run.pid);
}

async function expectEnd(run: ParleyRun, line: RegExp): Promise<void> {
  const { code, stdout } = await run.ended;
  assert.equal(code, 0, run.describe());
  assert.match(stdout, line);
}

/** The agent in the background of a process, as soon as it has taken its directory over. */
async function backgroundAgentOf(place: string, pid: number): Promise<number> {
  for (;;) {
    const base = join(place, readdirSync(place)[0] ?? '');
    for (const job of readdirSync(base)) {
      if (readOwner(join(base, job))?.pid !== pid) continue;
      const agent = agentOfJob(join(base, job));
      const owner = agent === null ? null : readOwner(join(base, agent));
      if (owner !== null && owner.pid !== pid) return owner.pid;
    }
    await delay(5);
  }
}

/** A moment of the seed, and how it is told. */
const momentOf = (): number => random.below(MOMENT_MS_MAX);

async function repeat(
  what: string,
  play: (alone: boolean, momentMs: number) => Promise<void>,
): Promise<void> {
  await test(`${KILLS} times: ${what}`, async (context) => {
    context.diagnostic(`PARLEY_SEED=${seed}`);
    for (let kill = 0; kill < KILLS; kill++) {
      const [alone, momentMs] = [(kill + seed) % 2 === 0, momentOf()];
      await context.test(`${alone ? 'alone' : 'launched'}, after ${momentMs} ms`, () =>
        play(alone, momentMs),
      );
    }
  });
}

await repeat('a client is killed, the server and the other client go on', (alone, momentMs) =>
  inScene(!alone, async (scene) => {
    const survivor = scene.client(!alone);
    const victim = scene.client(alone);
    await delay(momentMs);
    sendSignal(programOf(victim, alone), 'SIGKILL');
    await victim.ended;
    await survivor.waitForOutput(/^turn 5$/m);
    survivor.stdin.end();
    await expectEnd(survivor, /^ok client$/m);
    await expectEnd(scene.server, /^ok server$/m);
  }),
);

await repeat('a client stops, nobody else does; it goes on where it was', (alone, momentMs) =>
  inScene(!alone, async (scene) => {
    const victim = scene.client(alone);
    await delay(momentMs);
    const pid = programOf(victim, alone);
    sendSignal(pid, 'SIGSTOP');
    const survivor = scene.client(!alone);
    await survivor.waitForOutput(/^turn 5$/m);
    if (momentMs % 2 === 0) sendSignal(pid, 'SIGKILL');
    sendSignal(pid, 'SIGCONT');
    if (momentMs % 2 === 1) await victim.waitForOutput(/^turn 5$/m);
    victim.stdin.end();
    survivor.stdin.end();
    await expectEnd(survivor, /^ok client$|^not connected MPI_ERR_PORT/m);
    if (momentMs % 2 === 1) await expectEnd(victim, /^ok client$/m);
    else await victim.ended;
    await expectEnd(scene.server, /^ok server$/m);
  }),
);

await repeat('the server is killed, its clients are told', (alone, momentMs) =>
  inScene(alone, async (scene) => {
    const clients = [scene.client(true), scene.client(false)];
    await delay(momentMs);
    sendSignal(programOf(scene.server, alone), 'SIGKILL');
    for (const client of clients)
      await expectEnd(client, /^(?:lost MPI_ERR_PROC_FAILED|not connected MPI_ERR_PORT): Cannot .*$/m);
    await scene.server.ended;
  }),
);

test('clients are told of a killed server whose agent says nothing', () =>
  inScene(true, async (scene) => {
    const clients = [scene.client(true), scene.client(false)];
    for (const client of clients) await client.waitForOutput(/^turn 5$/m);
    const agent = await backgroundAgentOf(scene.place, scene.server.pid);
    sendSignal(agent, 'SIGSTOP');
    sendSignal(scene.server.pid, 'SIGKILL');
    for (const client of clients) await expectEnd(client, /^lost MPI_ERR_PROC_FAILED: Cannot .*$/m);
    sendSignal(agent, 'SIGCONT');
    await scene.server.ended;
  }));

await repeat('the launcher of a client is killed, and the client with it', (_, momentMs) =>
  inScene(false, async (scene) => {
    const survivor = scene.client(true);
    const victim = scene.client(false);
    await delay(momentMs);
    sendSignal(victim.pid, 'SIGKILL');
    await victim.ended;
    await survivor.waitForOutput(/^turn 5$/m);
    survivor.stdin.end();
    await expectEnd(survivor, /^ok client$/m);
    await expectEnd(scene.server, /^ok server$/m);
  }),
);

await repeat('the agent in the background is killed, its process lives on', (alone, momentMs) =>
  inScene(alone, async (scene) => {
    const client = scene.client(true);
    await client.waitForOutput(/^connected$/m);
    const agent = await backgroundAgentOf(scene.place, alone ? scene.server.pid : client.pid);
    await delay(momentMs % 50);
    sendSignal(agent, 'SIGKILL');
    const turns = client.stdout.match(/^turn/gm)?.length ?? 0;
    await client.waitForOutput(new RegExp(`^turn ${String(5 * (turns + 3))}$`, 'm'));
    const late = scene.client(!alone);
    await late.waitForOutput(/^turn 5$/m);
    for (const run of [client, late]) run.stdin.end();
    for (const run of [client, late]) await expectEnd(run, /^ok client$/m);
    await expectEnd(scene.server, /^ok server$/m);
  }),
);

await repeat('a child is killed while it starts, and the spawn is repeated', async (alone, momentMs) => {
  const place = makeSharedMemory();
  const spawner = start(place, ['spawner'], alone);
  try {
    const victim = await childOf(spawner, momentMs % 3);
    await delay(momentMs % 250);
    if (victim !== null) sendSignal(victim, 'SIGKILL');
    const { code, stdout } = await spawner.ended;
    assert.ok(code === 0 || (code === 137 && !alone), spawner.describe());
    assert.match(stdout, /^ok spawner$/m, spawner.describe());
    await spawner.expectClean();
    expectNothingLeft(place);
  } finally {
    spawner.release();
    rmSync(place, { recursive: true });
  }
});

/** The process of a spawned rank as soon as there is one; null where the job is over before. */
async function childOf(run: ParleyRun, rank: number): Promise<number | null> {
  let over = false;
  void run.ended.finally(() => (over = true));
  while (!over) {
    for (const { pid, environment } of run.processes()) {
      const job = environment[JOB_VARIABLE];
      if (job === undefined) continue;
      const place = JSON.parse(job) as { rank: number; spawned?: boolean };
      if (place.spawned === true && place.rank === rank) return pid;
    }
    await delay(5);
  }
  return null;
}
