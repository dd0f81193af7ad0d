/**
 * Whatever comes to the entries of dynamic processes from outside, random or a little changed from what is right: port
 * names, messages at a port's and an agent's door, files of names, parents and owners. Nothing throws, nothing grows.
 * The seed is printed, and PARLEY_SEED repeats a run; PARLEY_SOAK=1 tries ten times as much.
 */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { formatPortName, parsePortName } from '#dynamic/port-name.js';
import { Ports } from '#dynamic/ports.js';
import { Engine } from '#engine/engine.js';
import { NO_PROCESSOR } from '#engine/processor-offers.js';
import { processId } from '#model/process-id.js';
import { isAgentRequest, isParentRecord } from '#pmi/agent-messages.js';
import { readOwner, sweepDeadJobs } from '#pmi/job-directory.js';
import { agentOfJob } from '#pmi/job-record.js';
import { lookUpInDirectory, namesInDirectory, publishInDirectory, sweepNames } from '#pmi/name-directory.js';
import { readParentRecord } from '#pmi/parent-file.js';
import { currentPlace, identifyProcess } from '#pmi/process-identity.js';
import type { Agent } from '#runtime/agent.js';
import type { JobSpec } from '#runtime/job-spec.js';
import type { JobPorts } from '#runtime/running-job.js';
import { SpawnService } from '#runtime/spawn-service.js';
import { SimulatedNetwork } from '#transport/simulated/simulated-network.js';
import { ValueCodec } from '#wire/value-codec.js';
import { Random } from '../programs/support/random.ts';
import { makeSharedMemory } from '../runtime/shared-memory.ts';

const FACTOR = process.env['PARLEY_SOAK'] === undefined ? 1 : 10;
const TRIES = 100_000 * FACTOR;
/** Each is several calls of the system. */
const FILES = 1_000 * FACTOR;
const seed = Number(process.env['PARLEY_SEED'] ?? randomInt(2 ** 31));
const random = new Random(seed);

const [SERVER, CLIENT, OTHER] = ['a', 'b', 'c'].map((digit) => processId(digit.repeat(32), 0)) as [
  string,
  string,
  string,
];
const ADDRESS = { owner: SERVER, id: '0123456789abcdef', secret: 'c'.repeat(32) };

const JUNK: readonly unknown[] = [
  null,
  undefined,
  true,
  0,
  -1,
  1.5,
  NaN,
  2 ** 53,
  -(2 ** 31),
  10n ** 20n,
  '',
  '\0',
  'connect',
  '__proto__',
  'x'.repeat(10_000),
  '😀\ud800',
  [],
  [[]],
  {},
  { length: -1 },
  Object.create(null),
  new Map([[1, 2]]),
  new Uint8Array(8),
  CLIENT,
  [CLIENT, CLIENT],
];

/** The value with something of it replaced, added or taken out. */
function mutate(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || random.chance(0.1)) return random.of(JUNK);
  if (Array.isArray(value)) {
    const copy = [...(value as unknown[])];
    const at = random.below(copy.length + 1);
    if (random.chance(0.3)) copy.splice(at, 1);
    else copy[at] = mutate(copy[at]);
    return copy;
  }
  const copy: Record<string, unknown> = { ...value };
  const key = random.of([...Object.keys(copy), '__proto__', 'constructor']);
  if (random.chance(0.2)) Reflect.deleteProperty(copy, key);
  else copy[key] = mutate(copy[key]);
  return copy;
}

function mutatedText(text: string): string {
  let result = text;
  for (let change = random.below(4); change >= 0; change--) {
    const at = random.below(result.length + 1);
    const put = String.fromCharCode(random.below(random.chance(0.9) ? 128 : 65_536));
    result = result.slice(0, at) + (random.chance(0.3) ? '' : put) + result.slice(at + random.below(3));
  }
  return random.chance(0.02) ? result.repeat(50) : result;
}

/** A process that answers, over a network on which others may read it or not. */
function answering(): { engine: Engine; network: SimulatedNetwork } {
  const network = new SimulatedNetwork({ seed, refusals: 0 });
  const [transport] = [SERVER, CLIENT, OTHER].map((id) => network.transportFor(id));
  const engine = new Engine({
    self: SERVER,
    transports: [transport!],
    policy: { spins: 0, yields: 1, patience: Infinity, awaitSpins: 0, awaitYields: 0, awaitTurns: 0 },
    clock: network.clock,
    codec: new ValueCodec(),
    processor: { ...NO_PROCESSOR, yieldProcessor: () => network.yieldProcessor() },
  });
  return { engine, network };
}

describe(`what comes from outside (PARLEY_SEED=${seed})`, () => {
  let place: string;
  before(() => (place = makeSharedMemory()));
  after(() => {
    rmSync(place, { recursive: true });
  });

  it(`${TRIES} port names are read, or refused as such`, () => {
    const good = formatPortName(ADDRESS);
    for (let k = 0; k < TRIES; k++) {
      const name = k % 10 === 0 ? random.of(JUNK) : mutatedText(good);
      try {
        assert.equal(formatPortName(parsePortName(name, 'connect to')), (name as string).trim());
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'MPI_ERR_PORT', String(error));
        assert.ok((error as Error).message.length < 500);
      }
    }
  });

  it(`${TRIES} messages at the door of a process with a port harm nobody and leave nothing`, () => {
    const { engine, network } = answering();
    const ports = new Ports(engine, place);
    const port = ports.open();
    const { id, secret } = port.address;
    const right = { kind: 'connect', port: id, secret, replyTo: { high: 1, low: 2 }, group: [CLIENT] };
    for (let k = 0; k < TRIES; k++) {
      const question = random.chance(0.3) ? { ...right, kind: 'giveUp' } : right;
      ports.knocked(random.of([CLIENT, OTHER]), mutate(question));
    }
    assert.ok(ports.refused > TRIES / 20);
    assert.ok(port.waiting <= 4096);
    for (const id of [CLIENT, OTHER]) assert.ok(engine.peer(id).outbox.waiting <= 4096);
    assert.ok(engine.peerCount <= 3 && engine.contexts.count <= 1);
    // It is as good as ever.
    port.close();
    ports.close(port);
    const another = ports.open();
    ports.knocked(CLIENT, { ...right, port: another.address.id, secret: another.address.secret });
    assert.equal(another.waiting, 1);
    ports.closeAll();
    network.close();
  });

  it(`${TRIES} messages at the door of an agent start nothing that they should not`, async () => {
    const { engine, network } = answering();
    let launched = 0;
    const agent = {
      engine,
      jobs: [],
      served: 0,
      launch(spec: JobSpec): never {
        launched++;
        assert.ok(spec.groups.length > 0 && spec.groups.every(({ count }) => count <= 65_536));
        throw new Error('nothing starts here');
      },
    } as unknown as Agent;
    const spec = { slots: 4, oversubscribe: true, groups: [], outputDirectory: null } as unknown as JobSpec;
    const service = new SpawnService(agent, spec, { spawnedOutput: () => null } as unknown as JobPorts);
    const request = {
      kind: 'spawn',
      replyTo: { high: 1, low: 2 },
      contextId: { high: 3, low: 4 },
      parents: [CLIENT],
      commands: [
        {
          command: 'no-such-program',
          args: ['a'],
          maxprocs: 2,
          counts: [2],
          workingDirectory: '/',
          path: '',
          variables: { A: 'b' },
        },
      ],
      directory: '/',
      node: { execPath: process.execPath, options: [], typeScriptLoader: null },
      lifetime: 'independent',
      errorHandler: '',
    };
    assert.ok(isAgentRequest(request));
    let believed = 0;
    for (let k = 0; k < TRIES; k++) {
      const message = mutate(request);
      if (isAgentRequest(message)) believed++;
      service.keeper(random.of([CLIENT, OTHER]), message);
      if (k % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(believed > 0 && believed < TRIES / 2, String(believed));
    assert.equal(launched, 0);
    for (const id of [CLIENT, OTHER]) assert.ok(engine.peer(id).outbox.waiting <= 4096);
    network.close();
  });

  it(`${FILES} files of names are read, or swept away`, () => {
    const base = join(place, 'names');
    mkdirSync(base);
    publishInDirectory(base, 'fuzzed', 'P', CLIENT);
    const [file = ''] = readdirSync(base);
    const good = lookUpInDirectory(base, 'fuzzed');
    publishInDirectory(base, 'kept', 'P', OTHER);
    for (let k = 0; k < FILES; k++) {
      const text = k % 2 === 0 ? mutatedText(JSON.stringify(good)) : textOf(mutate(good));
      writeFileSync(join(base, file), text);
      lookUpInDirectory(base, 'fuzzed');
      if (k % 10 === 0)
        for (const { service } of namesInDirectory(base)) assert.equal(typeof service, 'string');
      if (k % 100 === 0) sweepNames(base);
      assert.equal(lookUpInDirectory(base, 'kept')?.port, 'P');
    }
    assert.ok(readdirSync(base).length <= 2);
  });

  it(`${FILES} files of parents, agents and owners are believed, or told to be none`, () => {
    const base = join(place, 'jobs');
    const directory = join(base, 'd'.repeat(32));
    mkdirSync(directory, { recursive: true });
    const parents = { parents: [CLIENT, OTHER], contextId: { high: 1, low: 2 } };
    const owner = identifyProcess(process.pid, currentPlace());
    const put = (file: string, good: unknown): void => {
      const text = random.chance(0.5) ? mutatedText(JSON.stringify(good)) : textOf(mutate(good));
      writeFileSync(join(directory, file), text);
    };
    for (let k = 0; k < FILES; k++) {
      mkdirSync(directory, { recursive: true });
      put('parent', parents);
      put('owner', owner);
      put('agent', 'e'.repeat(32));
      try {
        assert.ok(isParentRecord(readParentRecord(directory)));
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'MPI_ERR_INTERN', String(error));
      }
      assert.match(agentOfJob(directory) ?? 'e'.repeat(32), /^[0-9a-f]{32}$/);
      assert.equal(typeof (readOwner(directory)?.pid ?? 0), 'number');
      if (k % 10 === 0) sweepDeadJobs(base);
    }
  });
});

function textOf(value: unknown): string {
  try {
    const text: unknown = JSON.stringify(value);
    return String(text);
  } catch {
    return '{'; // What JSON does not have.
  }
}
