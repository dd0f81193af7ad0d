/**
 * Random sequences of communicators made of each other and freed, at one to nine ranks, against lists of ranks: each
 * proves itself by messages and collectives, and nothing is left of those that are gone. And worlds that lose a rank in the
 * middle of that: errors, never a hang.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Communicator } from '#api/communicator.js';
import { createFromGroup, createIntercommFromGroups, type MakingProcess } from '#api/from-groups.js';
import { Intercommunicator, Intracommunicator } from '#api/intracommunicator.js';
import type { CommunicatorCore } from '#communicators/communicator-core.js';
import { MPIError } from '#errors/mpi-error.js';
import { ROOT, UNDEFINED, PROC_NULL } from '#model/constants.js';
import { type Group } from '#model/group.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import { type Act, drawAct, everybodyIn, intra, type Model, outcomeOf } from './communicator-model.ts';
import { forSeeds } from './seeds.ts';
import { SimulatedWorld } from './simulated-world.ts';

abstract class Inside extends Communicator {
  static of(comm: Communicator): { core: CommunicatorCore; process: MakingProcess } {
    const core = Communicator.coreOf(comm);
    return {
      core,
      process: Object.assign(Object.create(Inside.#processOf(comm)) as MakingProcess, { maker: core.maker }),
    };
  }

  static #processOf(comm: object): object {
    return (comm as { process: object }).process;
  }
}

const engineOf = (comm: Communicator): CommunicatorCore['maker']['engine'] =>
  Inside.of(comm).core.maker.engine;

/** Contexts of the world's communicator. */
const WORLD_CONTEXTS = 4;

/** The communicators as one rank knows them, beside the model of all. */
class Player {
  readonly world: Intracommunicator;
  readonly models: (Model | null)[];
  readonly comms: (Communicator | null)[];
  readonly #me: number;

  constructor(world: Intracommunicator) {
    this.world = world;
    this.#me = world.rank;
    // What the world opens when it is first needed is no leftover.
    const { construction, groupConstruction } = Inside.of(world).core;
    assert.ok(construction.context !== groupConstruction.context);
    this.models = [intra(Array.from({ length: world.size }, (_, rank) => rank))];
    this.comms = [world];
  }

  group(ranks: readonly number[]): Group {
    return this.world.group().include(ranks);
  }

  /** Starts this rank's part of an act; what it has made at the end, null for nothing. */
  start(act: Act): PromiseLike<Communicator | null> {
    const me = this.#me;
    const nothing = Promise.resolve(null);
    const comm = 'of' in act ? (this.comms[act.of] ?? null) : null;
    const one = comm instanceof Intracommunicator ? comm : null;
    const two = comm instanceof Intercommunicator ? comm : null;
    switch (act.kind) {
      case 'dup':
        return one?.dup() ?? two?.dup() ?? nothing;
      case 'split': {
        const [color, key] = [act.colors[me] ?? UNDEFINED, act.keys[me]];
        return one?.split(color, key) ?? two?.split(color, key) ?? nothing;
      }
      case 'create': {
        if (comm === null) return nothing;
        const model = this.models[act.of] ?? intra([]);
        const [first] = act.parts;
        const sides = act.parts.flatMap(({ ranks, others }) => (others === null ? [ranks] : [ranks, others]));
        const onSide = model.ranks.includes(me) ? first?.ranks : first?.others;
        const ranks = one === null ? onSide : sides.find((side) => side.includes(me));
        const group = this.group(ranks ?? []);
        return one?.create(group) ?? two?.create(group) ?? nothing;
      }
      case 'createGroup':
        return act.ranks.includes(me)
          ? (one?.createGroup(this.group(act.ranks), act.tag) ?? nothing)
          : nothing;
      case 'merge': {
        const isFirst = this.models[act.of]?.ranks.includes(me) === true;
        return two?.merge(isFirst ? act.high : act.othersHigh) ?? nothing;
      }
      case 'createIntercomm': {
        const side = this.comms[act.of] === null ? act.and : act.of;
        const [own, other] = side === act.of ? act.leaders : [act.leaders[1], act.leaders[0]];
        const remote = this.models[side === act.of ? act.and : act.of]?.ranks[other] ?? -1;
        const local = this.comms[side];
        if (!(local instanceof Intracommunicator)) return nothing;
        return local.createIntercomm(own, local.rank === own ? this.world : null, remote, act.tag);
      }
      case 'fromGroup': {
        if (!act.ranks.includes(me)) return nothing;
        return createFromGroup(Inside.of(this.world).process, this.group(act.ranks), act.tag);
      }
      case 'fromGroups': {
        const sides = [act.ranks, act.others];
        const side = sides.findIndex((ranks) => ranks.includes(me));
        if (side < 0) return nothing;
        const [own, other] = [this.group(sides[side] ?? []), this.group(sides[1 - side] ?? [])];
        const [ownLeader, otherLeader] = [act.leaders[side] ?? 0, act.leaders[1 - side] ?? 0];
        const leads = own.rank === ownLeader;
        const { process } = Inside.of(this.world);
        return createIntercommFromGroups(
          process,
          own,
          ownLeader,
          leads ? other : null,
          leads ? otherLeader : -1,
          act.tag,
        );
      }
      case 'free':
      case 'disconnect': {
        this.models[act.of] = null;
        this.comms[act.of] = null;
        if (comm === null) return nothing;
        if (act.kind === 'disconnect') return comm.disconnect().then(() => null);
        comm.free();
        assert.throws(() => comm.barrier(), /has been freed/);
        return nothing;
      }
    }
  }

  /** Takes what an act has made into the list, after checking it. */
  async note(act: Act, made: Communicator | null, models: readonly Model[]): Promise<void> {
    for (const expected of models) {
      const isMine = everybodyIn(expected).includes(this.#me);
      let model = expected;
      if (act.kind === 'merge' && act.high === act.othersHigh) {
        // Either group may come first: rank 0 of the first knows which, and so do all.
        model = intra(await this.#orderOf(made, expected));
      }
      if (isMine) {
        assert.ok(made !== null, `${act.kind} gave nothing`);
        this.#check(made, model);
        await this.#prove(made);
      }
      this.models.push(model);
      this.comms.push(isMine ? made : null);
    }
    const mine = models.some((model) => everybodyIn(model).includes(this.#me));
    if (!mine) assert.equal(made, null, `${act.kind} gave something`);
  }

  /** The order that a merge has chosen, as everybody has to know it. */
  async #orderOf(made: Communicator | null, { ranks }: Model): Promise<number[]> {
    const world = this.world.group();
    const mine = made?.group().translateRanks([...ranks.keys()], world) ?? null;
    const all = await this.world.gather(mine, 0);
    const order = await this.world.bcast(all?.find((one) => one !== null) ?? null, 0);
    assert.ok(order !== null);
    if (mine !== null) assert.deepEqual(mine, order, 'the order is the same everywhere');
    const cut = ranks.indexOf(order[0] ?? -1);
    assert.deepEqual(order, [...ranks.slice(cut), ...ranks.slice(0, cut)], 'one group comes after the other');
    return order;
  }

  #check(comm: Communicator, { ranks, others }: Model): void {
    const sides = others?.includes(this.#me) === true ? [others, ranks] : [ranks, others];
    const [own, other] = [sides[0] ?? [], sides[1] ?? null];
    assert.deepEqual(comm.group().ids, this.group(own).ids);
    assert.deepEqual([comm.rank, comm.size, comm.name], [own.indexOf(this.#me), own.length, '']);
    assert.equal(comm.isInter, other !== null);
    if (comm instanceof Intercommunicator)
      assert.deepEqual(comm.remoteGroup().ids, this.group(other ?? []).ids);
  }

  /** Messages and collectives on it find whom they should. */
  async #prove(comm: Communicator): Promise<void> {
    const { rank, size } = comm;
    if (comm instanceof Intercommunicator) {
      const { remoteSize } = comm;
      const sends = Array.from({ length: remoteSize }, (_, to) => comm.send([rank, to], to, 1));
      for (let from = 0; from < remoteSize; from++)
        assert.deepEqual((await comm.recv(from, 1)).data, [from, rank]);
      await Promise.all(sends);
      const ids = comm.group().ids.join() < comm.remoteGroup().ids.join();
      const told = await comm.bcast('from the first', ids ? (rank === 0 ? ROOT : PROC_NULL) : 0);
      if (!ids) assert.equal(told, 'from the first');
      return;
    }
    const sum = comm.allreduce(rank + 1);
    const ring = comm.sendrecv(rank, (rank + 1) % size, 1, (rank - 1 + size) % size, 1);
    assert.equal((await ring).data, (rank - 1 + size) % size);
    assert.equal(await sum, (size * (size + 1)) / 2);
  }

  /** Everything that is made is freed; then nothing is left but the world. */
  async leaveNothing(): Promise<void> {
    for (const [index, comm] of this.comms.entries()) if (index > 0) comm?.free();
    const engine = engineOf(this.world);
    let most = Infinity;
    // What the others do last takes some rounds to come here.
    for (let round = 0; round < 60 && most > WORLD_CONTEXTS; round++) {
      const counts = await this.world.gather(engine.contexts.count, 0);
      most = await this.world.bcast(Math.max(...(counts ?? [])), 0);
    }
    assert.equal(most, WORLD_CONTEXTS, 'contexts are left');
  }
}

describe('Communicators of communicators in simulated worlds', () => {
  it('have the processes of the model, in its order, and leave nothing behind', async () => {
    await forSeeds(50, async (seed) => {
      const random = new SeededRandom(seed);
      const world = new SimulatedWorld({ size: random.between(1, 9), seed });
      const plan = random.bits();
      await world.run(async (comm) => {
        const draws = new SeededRandom(plan);
        const player = new Player(comm);
        for (let step = 0; step < 8; step++) {
          // Several at once, on one communicator or on different ones.
          const acts: Act[] = [];
          for (let count = draws.between(1, 3); count > 0; count--) {
            const act = drawAct(draws, player.models, step * 3 + count);
            const ends = acts.some((earlier) => earlier.kind === 'free' || earlier.kind === 'disconnect');
            const meets = (one: Act): boolean => one.kind === 'fromGroup' || one.kind === 'fromGroups';
            // What ends a communicator ends it for the acts after it; equal names at the same time are for nobody.
            if (act !== null && !ends && !(meets(act) && acts.some(meets))) acts.push(act);
          }
          const outcomes = acts.map((act) => outcomeOf(act, player.models));
          const requests = acts.map((act) => player.start(act));
          for (const [index, act] of acts.entries())
            await player.note(act, (await requests[index]) ?? null, outcomes[index] ?? []);
        }
        await player.leaveNothing();
      });
    });
  });

  it('that lose a rank while they are made end in errors, and never in a hang', async () => {
    await forSeeds(120, async (seed) => {
      const random = new SeededRandom(seed);
      const size = random.between(2, 8);
      const world = new SimulatedWorld({ size, seed });
      const dead = random.below(size);
      const plan = random.bits();
      let ready = 0;
      const endings = await world.runToEnd(async (comm) => {
        const draws = new SeededRandom(plan);
        const player = new Player(comm);
        // One communicator of each kind, then the rank is lost in the middle of what is made of them.
        const cut = draws.between(1, size - 1);
        const colors = player.models[0]?.ranks.map((rank) => (rank < cut ? 0 : 1)) ?? [];
        const halves: Act = { kind: 'split', of: 0, colors, keys: colors };
        const join: Act = { kind: 'createIntercomm', of: 1, and: 2, leaders: [0, 0], tag: 1 };
        for (const act of [halves, join])
          await player.note(act, await player.start(act), outcomeOf(act, player.models));
        if (++ready === size)
          world.network.after(random.fraction() * random.pick([0.01, 0.1, 1, 3]), () => world.kill(dead));
        let act: Act | null = null;
        while (act === null) act = drawAct(draws, player.models, 7);
        try {
          await player.start(act);
          return `${act.kind} was quicker`;
        } catch (error) {
          assert.ok(error instanceof MPIError, String(error));
          assert.equal(error.code, 'MPI_ERR_PROC_FAILED', error.message);
          return `${act.kind} failed`;
        }
      }, true);
      for (const ending of endings) {
        if ('error' in ending)
          throw world.failure(`rank ${ending.rank}, rank ${dead} was lost`, ending.error);
      }
    });
  });
});
