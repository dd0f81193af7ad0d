/**
 * Waits for other members of a communicator in the memory that they have in common. The transport looks whether it is over at
 * each poll; where this process sleeps over it, that stands in the memory too (transport/common-block.ts).
 */
import type { CommonBlocks, Lookout } from '../transport/common-block.ts';
import type { MatchContext } from './match-context.ts';
import { Operation, type OperationDriver } from './operation.ts';
import type { WaitDescription } from './wait-description.ts';
import type { WaitingInCommon } from './waiting.ts';

export { PLACE_WORDS } from '../transport/common-block.ts';
export type { CodeMemory, CommonBlock, ForeignMemory, MemoryLoans } from '../transport/common-block.ts';

/** What is waited for. */
export interface CommonCondition {
  /** Whether it is there; an ordinary look, which may miss what has come just now. */
  isMet(): boolean;
  /** Whether it depends on this rank. */
  waitsFor(rank: number): boolean;
  /** From now on whoever brings it nearer wakes this process; false where it is there, by a look after that was said. */
  fallAsleep(): boolean;
  awake(): void;
}

export class CommonWait extends Operation<void> implements Lookout, WaitingInCommon {
  readonly #context: MatchContext;
  readonly #blocks: CommonBlocks;
  readonly #condition: CommonCondition;
  #asleep = false;

  constructor(
    driver: OperationDriver,
    context: MatchContext,
    blocks: CommonBlocks,
    condition: CommonCondition,
  ) {
    super(driver);
    this.#context = context;
    this.#blocks = blocks;
    this.#condition = condition;
    context.commonWaits.add(this);
    blocks.keep(this);
  }

  look(): boolean {
    if (!this.done && this.#condition.isMet()) this.complete();
    return this.done;
  }

  fallAsleep(): boolean {
    this.awake();
    this.#asleep = true;
    return this.#condition.fallAsleep();
  }

  awake(): void {
    if (!this.#asleep) return;
    this.#asleep = false;
    this.#condition.awake();
  }

  waitsFor(rank: number): boolean {
    return this.#condition.waitsFor(rank);
  }

  override complete(): void {
    this.#leave();
    super.complete();
  }

  override fail(reason: unknown): void {
    this.#leave();
    super.fail(reason);
  }

  /** Others take the step that is waited for; this process does not follow. */
  override withdraw(reason: unknown): boolean {
    if (this.done) return false;
    this.fail(reason);
    return true;
  }

  override describe(): WaitDescription {
    const peers = (this.#context.sources ?? [])
      .map(({ id }, rank) => ({ process: id, rank }))
      .filter(({ rank }) => this.#condition.waitsFor(rank));
    return {
      operation: 'collective',
      communicator: this.#context.label(),
      peers,
      open: this.limit !== null,
      tag: null,
      data: '',
    };
  }

  protected override result(): void {
    return undefined;
  }

  #leave(): void {
    this.awake();
    this.#context.commonWaits.delete(this);
    this.#blocks.drop(this);
  }
}
