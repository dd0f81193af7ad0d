/**
 * PARLEY_CHECK=collective: every collective of a communicator first makes sure that all its processes have called it with
 * arguments that fit (collectives/checking), and does not run where they have not. Whoever passes what its verb refuses
 * has the verb's own error, and the others hear of it. On such a communicator the collectives are covered by verbs that ask
 * first; without the variable nothing of this is there. With it every collective synchronises, as the standard allows
 * (MPI-4.1 §6.14): a program that hangs only then counts on one that does not.
 *
 * Collectives that are under way at once take turns: each one's question and its beginning are done before the next one
 * asks, as all processes number their collectives in the order in which they begin.
 */
import type { CommunicatorCore } from '../communicators/communicator-core.ts';
import { checkPart } from '../communicators/create.ts';
import { checkChoice } from '../communicators/split.ts';
import { agree } from '../collectives/checking/agreement.ts';
import {
  COMPARED_VERBS,
  describeCall,
  type Place,
  refusedCall,
} from '../collectives/checking/describe-call.ts';
import { refusal, thrownBy } from '../collectives/checking/refusal.ts';
import { Operation } from '../engine/operation.ts';
import { outcome, runBlocking, type Steps } from '../engine/task.ts';
import { MPIError } from '../errors/mpi-error.ts';

const CHECK_VARIABLE = 'PARLEY_CHECK';

/** Whether the environment asks for it. */
export function checksCollectives(variables: NodeJS.ProcessEnv): boolean {
  const asked = variables[CHECK_VARIABLE] ?? '';
  if (asked === '' || asked === 'collective') return asked !== '';
  throw new MPIError(
    'MPI_ERR_ARG',
    `Cannot check ${JSON.stringify(asked)}, as ${CHECK_VARIABLE} says: only "collective" is known`,
  );
}

type Method = (...args: unknown[]) => unknown;

/** Collectives without arguments that could be compared: they only take their turn. */
const ONLY_IN_TURN = ['spawn', 'spawnMultiple', 'accept', 'connect'];

/** Looks at what is passed where communicators are made. */
const MAKING_CHECKS: Readonly<Record<string, (core: CommunicatorCore, args: readonly unknown[]) => void>> = {
  split: (core, [color, key = 0]) => {
    checkChoice(core, color as number, key as number);
  },
  splitType: (core, [, key = 0]) => {
    checkChoice(core, 0, key as number);
  },
  create: (core, [group]) => {
    checkPart(core, group);
  },
};

/** Covers the collectives of a communicator that is being made. */
export function checkCollectives(comm: object, core: CommunicatorCore): void {
  const checks = new CollectiveChecks(comm, core);
  for (const verb of COMPARED_VERBS) checks.cover(verb, true);
  for (const verb of ONLY_IN_TURN) checks.cover(verb, false);
}

class CollectiveChecks {
  readonly #comm: Record<string, Method | undefined>;
  readonly #core: CommunicatorCore;
  #lastTurn: Turn | null = null;
  /** A verb that stands on others of its communicator asks once. */
  #asked = false;

  constructor(comm: object, core: CommunicatorCore) {
    this.#comm = comm as Record<string, Method | undefined>;
    this.#core = core;
  }

  /** Both forms of a verb, where the communicator has it. */
  cover(verb: string, compares: boolean): void {
    const { engine } = this.#core.maker;
    const { tally } = this.#core;
    this.#coverMethod(verb, (method, args) => {
      const begin = (): Operation<unknown> => this.#begin(method, args) as Operation<unknown>;
      return engine.start(this.#inTurn(verb, args, compares, begin), null, tally);
    });
    this.#coverMethod(`${verb}Sync`, (method, args) => {
      const turn = this.#takeTurn();
      try {
        runBlocking(engine.driver, this.#ask(turn, verb, args, compares));
        return this.#begin(method, args);
      } finally {
        turn.complete();
      }
    });
  }

  #coverMethod(name: string, call: (method: Method, args: unknown[]) => unknown): void {
    const method = this.#comm[name];
    if (method === undefined) return;
    const covered = (...args: unknown[]): unknown =>
      this.#asked ? Reflect.apply(method, this.#comm, args) : call(method, args);
    Object.defineProperty(this.#comm, name, { value: covered, configurable: true, writable: true });
  }

  *#inTurn(
    verb: string,
    args: unknown[],
    compares: boolean,
    begin: () => Operation<unknown>,
  ): Steps<unknown> {
    const turn = this.#takeTurn();
    let operation: Operation<unknown>;
    try {
      yield* this.#ask(turn, verb, args, compares);
      operation = begin();
    } finally {
      turn.complete();
    }
    return yield* outcome(operation);
  }

  *#ask(turn: Turn, verb: string, args: unknown[], compares: boolean): Steps<void> {
    const { ends, group, remoteGroup } = this.#core;
    const peers = remoteGroup ?? group;
    const place: Place = { rank: group.rank, peers: peers.size, isInter: remoteGroup !== null };
    // What the arguments say now: the program may change them once it has its request.
    const refused = compares ? this.#refusal(verb, args) : null;
    const call = refused === null ? describeCall(verb, place, args) : refusedCall(verb, refused);
    if (turn.before !== null) yield* outcome(turn.before);
    turn.before = null;
    if (compares) yield* agree(ends, call, refused);
  }

  /** What this process' own arguments are refused with; null where they are not. */
  #refusal(verb: string, args: unknown[]): Error | null {
    return thrownBy(() => MAKING_CHECKS[verb]?.(this.#core, args)) ?? refusal(verb, this.#core.ends, args);
  }

  #begin(method: Method, args: unknown[]): unknown {
    this.#asked = true;
    try {
      return Reflect.apply(method, this.#comm, args);
    } finally {
      this.#asked = false;
    }
  }

  #takeTurn(): Turn {
    const last = this.#lastTurn;
    return (this.#lastTurn = new Turn(this.#core, last?.done === false ? last : null));
  }
}

/** Over when the collective has begun, or has been given up. */
class Turn extends Operation<void> {
  /** The one that must be over before. */
  before: Turn | null;

  constructor(core: CommunicatorCore, before: Turn | null) {
    super(core.maker.engine.driver);
    this.before = before;
  }

  override withdraw(): boolean {
    return false;
  }

  protected override result(): void {
    return undefined;
  }
}
