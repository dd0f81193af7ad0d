/**
 * A process that was started by itself, and whose agent is killed again and again: whatever it waits for then fails at once, or
 * goes on where nobody needs an agent for it, and the next spawn finds a new one. `peer` opens a port and stays; `client PORT`
 * connects to it, loses its agent, and then the peer; `leaver PORT` leaves a child behind that is connected to it; the name
 * of a way of waiting and a port: loses its agent, and waits for the peer until that is lost, too.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import * as MPI from 'parley';
import { failure, runCases } from './support/cases.ts';
import { commandOf, reportsOf, spawnPart } from './support/children.ts';
import { agentProcess } from './support/agent-process.ts';
import { WAYS, type Way } from './support/way.ts';

const { COMM_WORLD: world } = MPI;
const SPAWN = MPI.errorClass('MPI_ERR_SPAWN');

/** A process that has just been started is not to be seen as what it becomes. */
async function agentAtWork(): Promise<number> {
  for (;;) {
    const agent = agentProcess();
    if (agent !== null) return agent;
    await delay(5);
  }
}

async function killAgent(): Promise<void> {
  const agent = await agentAtWork();
  process.kill(agent, 'SIGKILL');
  while (isAlive(agent)) await delay(5);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function spawnOne(way: Way): Promise<void> {
  const children = await spawnPart(way, world, 'report');
  const [report] = await reportsOf(way, children);
  assert.equal(report?.size, 1);
}

/** Started, but not yet at work: it has no guard. */
async function killAgentAtItsStart(): Promise<void> {
  const [agent = ''] = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').split(' ');
  process.kill(Number(agent), 'SIGKILL');
  while (isAlive(Number(agent))) await delay(5);
}

async function loseAgents(): Promise<void> {
  const port = MPI.openPortSync();
  await killAgentAtItsStart();
  await spawnOne(WAYS[0]!);
  await runCases(
    {
      'a spawn under way fails, and says why': async (way) => {
        const args = ['-c', 'kill -9 "$0"; exec sleep 1000', String(await agentAtWork())];
        const commands = [{ command: 'sh', args }, commandOf(way, 'barrier, then leave', { maxprocs: 2 })];
        const error = await failure('MPI_ERR_SPAWN', () => way.call(world, 'spawnMultiple', commands));
        assert.ok(error instanceof MPI.SpawnError);
        assert.deepEqual(error.errcodes, [SPAWN, SPAWN, SPAWN]);
        assert.match(error.message, /^Cannot spawn "sh", ".*child.js": the agent .* was ended by signal 9/);
        // The next one has a new agent.
        await spawnOne(way);
      },
      'a spawn that begins when the agent is gone already finds a new one': async (way) => {
        await killAgent();
        await spawnOne(way);
      },
      'children end with their agent, and so does what waits for them': async (way) => {
        const child = await spawnPart(way, world, 'stay for ever');
        await way.call(child, 'recv', 0, 6);
        process.kill(await agentAtWork(), 'SIGKILL');
        const error = await failure('MPI_ERR_PROC_FAILED', () => way.call(child, 'recv', 0));
        assert.match(error.message, /ended by signal 9/);
        await failure('MPI_ERR_PROC_FAILED', () => way.call(child, 'barrier'));
        child.free();
        // As a port does, which stays open meanwhile.
        const nobody = await failure('MPI_ERR_TIMEOUT', () =>
          way.call(world, 'accept', port, { timeout: 1 }),
        );
        assert.match(nobody.message, /within 1 ms/);
      },
    },
    WAYS.slice(0, 2),
  );
  await port.close();
}

async function loseAgentAndPeer(port: string): Promise<void> {
  const peer = await world.connect(port);
  await killAgent();
  await spawnOne(WAYS[1]!);
  console.log('a new agent watches');
  await failure('MPI_ERR_PROC_FAILED', () => peer.recvSync(0));
  peer.free();
  console.log('ok the peer is lost, too');
}

async function leaveChildBehind(port: string): Promise<void> {
  const args = [String(process.pid), port];
  const child = await spawnPart(WAYS[1]!, world, 'outlive the parents and a peer', { args });
  await child.disconnect();
}

async function waitWithoutAgent(way: Way, port: string): Promise<void> {
  const peer = await way.call(world, 'connect', port);
  await killAgent();
  console.log('the agent is gone');
  await failure('MPI_ERR_PROC_FAILED', () => way.call(peer, 'recv', 0));
  peer.free();
  console.log('ok the peer is lost');
}

const waysByName = new Map(WAYS.map((way) => [way.name, way]));
const [role = '', port = ''] = process.argv.slice(2);
if (role === 'peer') {
  const open = MPI.openPortSync();
  console.log(`port ${open.name}`);
  await (await world.accept(open)).recv(0);
} else if (role === 'client') await loseAgentAndPeer(port);
else if (role === 'leaver') await leaveChildBehind(port);
else if (waysByName.has(role)) await waitWithoutAgent(waysByName.get(role)!, port);
else await loseAgents();
