/**
 * Servers and clients that meet at a port, in simulated worlds: whoever gives up in which moment, either both sides have a
 * connection, all of them, or none has; and nobody waits for ever.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { CommunicatorCore, type CommunicatorMaker } from '#communicators/communicator-core.js';
import { accept } from '#dynamic/accept.js';
import { connect } from '#dynamic/connect.js';
import { PortClosedError } from '#dynamic/port-closed-error.js';
import { Ports } from '#dynamic/ports.js';
import type { Surroundings } from '#dynamic/surroundings.js';
import type { Engine } from '#engine/engine.js';
import type { WaitOptions } from '#engine/request.js';
import { MPIError } from '#errors/mpi-error.js';
import { ContextIds } from '#model/context-id.js';
import { jobOf } from '#model/process-id.js';
import { openDoor } from '#p2p/door.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import { ManualWorld, turns } from '../engine/manual-world.ts';
import { forSeeds } from '../simulated/seeds.ts';
import { SimulatedWorld } from '../simulated/simulated-world.ts';

/** Some processes of a world that may meet others: their ports stand in a directory of this test's. */
class Meeting {
  readonly directory: string;
  readonly #base = mkdtempSync(join(tmpdir(), 'parley-meetings-'));
  readonly #random: SeededRandom;

  constructor(job: string, seed: number) {
    this.#random = new SeededRandom(seed);
    this.directory = join(this.#base, job);
    mkdirSync(this.directory);
  }

  ports(engine: Engine): Ports {
    const ports = new Ports(engine, this.directory);
    openDoor(engine, (from, message) => void ports.knocked(from, message));
    return ports;
  }

  /** A communicator of these, as each of them has it. */
  group(engines: readonly Engine[]): CommunicatorCore[] {
    const id = { high: this.#random.bits() | 0, low: (this.#random.bits() | 0) & -16 };
    return engines.map((engine) => {
      const maker: CommunicatorMaker = {
        engine,
        contextIds: new ContextIds(() => this.#random.bits()),
        commonFromTag: Infinity,
      };
      return new CommunicatorCore(
        maker,
        id,
        engines.map(({ self }) => self),
        null,
        'group',
      );
    });
  }

  accept(core: CommunicatorCore, ports: Ports, name: string, options: WaitOptions = {}): Promise<string> {
    const { engine } = core.maker;
    return named(engine.start(accept(core, () => this.#at(ports), name, 0, options)));
  }

  connect(core: CommunicatorCore, ports: Ports, name: string, options: WaitOptions = {}): Promise<string> {
    const { engine } = core.maker;
    return named(engine.start(connect(core, () => this.#at(ports), name, 0, options)));
  }

  #at(ports: Ports): Surroundings {
    return { directory: this.directory, agent: '', ports };
  }

  /** Nothing is left of whoever has given up. */
  close(): void {
    assert.deepEqual(readdirSync(this.directory), []);
    rmSync(this.#base, { recursive: true });
  }
}

/** What a connection is known by on both sides. */
async function named(met: PromiseLike<CommunicatorCore>): Promise<string> {
  const { messages } = await met;
  return `${String(messages.context.high)} ${String(messages.context.low)}`;
}

/** Null where it was given up, or the port closed. */
async function settled(meeting: Promise<string>): Promise<string | null> {
  try {
    return await meeting;
  } catch (error) {
    if (error === 'enough' || error instanceof PortClosedError) return null;
    if (error instanceof MPIError && /has given it up: enough|has been closed/.test(error.message))
      return null;
    throw error;
  }
}

describe('Servers and clients that meet at a port', () => {
  it('agree on every connection, whoever gives up in which moment', async () => {
    await forSeeds(120, async (seed) => {
      const random = new SeededRandom(seed);
      const servers = random.between(1, 3);
      const clients = random.between(1, 4);
      const world = new SimulatedWorld({ size: servers + clients, seed });
      const meeting = new Meeting(jobOf(world.engines[0]!.self), seed);
      const ports = world.engines.map((engine) => meeting.ports(engine));
      const port = ports[0]!.open();
      const serving = meeting.group(world.engines.slice(0, servers));
      const within = random.pick([0.5, 3, 20]);
      const sometimes = (chance: number): WaitOptions => {
        if (!random.chance(chance)) return {};
        const controller = new AbortController();
        world.network.after(random.fraction() * within, () => controller.abort('enough'));
        return { signal: controller.signal };
      };
      const accepted = serving.map(() => [] as string[]);
      const connected: string[] = [];
      let left = clients;
      await world.run(async ({ rank }) => {
        if (rank >= servers) {
          const [core] = meeting.group([world.engines[rank]!]);
          const tries = random.between(1, 3);
          for (let k = 0; k < tries; k++) {
            // Who does not give up is met in the end.
            const options = sometimes(0.6);
            const met = await settled(meeting.connect(core!, ports[rank]!, port.name, options));
            if (met !== null) connected.push(met);
            else assert.notEqual(options.signal, undefined, 'nobody has refused it');
          }
          if (--left === 0) ports[0]!.close(port);
          return;
        }
        // Members hear of the root's outcome: all of them stop when the port is closed.
        for (let isOpen = true; isOpen;) {
          try {
            accepted[rank]!.push(
              await meeting.accept(serving[rank]!, ports[rank]!, port.name, sometimes(0.3)),
            );
          } catch (error) {
            if (error instanceof PortClosedError) isOpen = false;
            else if (error !== 'enough') assert.match(String(error), /has given it up: enough/);
          }
        }
      });
      for (const found of accepted)
        assert.deepEqual(found.sort(), connected.toSorted(), `seed ${String(seed)}`);
      meeting.close();
    });
  });

  it('go on where a client gives up when its welcome is on its way', async () => {
    const world = new ManualWorld(4);
    const meeting = new Meeting(jobOf(world.engines[0]!.self), 1);
    const ports = world.engines.map((engine) => meeting.ports(engine));
    const port = ports[0]!.open();
    const serving = meeting.group(world.engines.slice(0, 2));
    const accepting = serving.map((core, rank) => meeting.accept(core, ports[rank]!, port.name));
    const controller = new AbortController();
    const [fickle] = meeting.group([world.engines[2]!]);
    const first = meeting.connect(fickle!, ports[2]!, port.name, { signal: controller.signal });
    world.move(2, 0);
    world.step(0);
    assert.deepEqual(world.wire(0, 2), ['EAGER']);
    controller.abort('enough');
    assert.equal(await settled(first), null);
    world.settle();
    const [steady] = meeting.group([world.engines[3]!]);
    const second = meeting.connect(steady!, ports[3]!, port.name);
    for (let round = 0; round < 5; round++) {
      world.settle();
      await turns();
    }
    const met = await second;
    assert.deepEqual(await Promise.all(accepting), [met, met]);
    ports[0]!.close(port);
    meeting.close();
  });

  it('meet where the server finds no room for its answer at first, and serves others meanwhile', async () => {
    const world = new ManualWorld(3, { clock: performance });
    const meeting = new Meeting(jobOf(world.engines[0]!.self), 1);
    const ports = world.engines.map((engine) => meeting.ports(engine));
    const port = ports[0]!.open();
    const [serving] = meeting.group(world.engines.slice(0, 1));
    const accepting = meeting.accept(serving!, ports[0]!, port.name);
    world.transports[0]!.openFails = new MPIError('MPI_ERR_NO_MEM', 'there is no room');
    const connecting = [1, 2].map((rank) => {
      const [core] = meeting.group([world.engines[rank]!]);
      return meeting.connect(core!, ports[rank]!, port.name);
    });
    world.settle();
    await turns();
    assert.equal(port.waiting, 2);
    world.transports[0]!.openFails = null;
    const until = async <T>(promise: Promise<T>): Promise<T> => {
      let isOver = false;
      const over = (): void => void (isOver = true);
      promise.then(over, over);
      while (!isOver) {
        world.settle();
        await turns();
      }
      return await promise;
    };
    const met = await until(accepting);
    assert.equal(await until(Promise.race(connecting)), met);
    // The other one is refused; that, too, is said as soon as there is room.
    world.transports[0]!.openFails = new MPIError('MPI_ERR_NO_MEM', 'there is no room');
    ports[0]!.close(port);
    world.settle();
    world.transports[0]!.openFails = null;
    const outcomes = await until(Promise.all(connecting.map(settled)));
    assert.deepEqual(outcomes.toSorted(), [met, null].toSorted());
    meeting.close();
  });
});
