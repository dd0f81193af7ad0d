/**
 * Two processes at the ends of a socket find out who the other is, and whether they can reach each other without it:
 *
 *     this end                                other end
 *     hello: who, where, nonce  ──►   ◄──  hello: who, where, nonce
 *     verdict on the other      ──►   ◄──  verdict on this one
 *
 * Both have to find the other within reach; who gives up early says so by its verdict. Not a byte more is read or written.
 * Once an end has said yes the other may have it joined already, so from then on what becomes of it is settled between them,
 * by whoever is first to have both verdicts or to give up (pmi/agreement-file.ts).
 */
import type { Socket } from 'node:net';
import { MPIError } from '../errors/mpi-error.ts';
import { Operation, type OperationDriver } from '../engine/operation.ts';
import type { WaitDescription } from '../engine/wait-description.ts';
import type { ContextId } from '../model/context-id.ts';
import type { ProcessId } from '../model/process-id.ts';
import { BorrowedSocket, type Taken } from './borrowed-socket.ts';
import { encodeJoinMessage, type JoinHello, type JoinVerdict, readJoinMessage } from './join-message.ts';

/** Who is at the other end, and what the connection to it is known by. */
export interface JoinedPeer {
  readonly process: ProcessId;
  readonly contextId: ContextId;
}

/** Why the other cannot be reached from here; '' where it can. */
export type Judge = (other: JoinHello) => string;

/** What becomes of a connection that this end has said yes to. */
export type JoinOutcome = 'joined' | 'over';

/** Says what shall become of it; the answer is what does, which the other end may have said before. */
export type Settle = (other: JoinHello, wish: JoinOutcome) => JoinOutcome;

export class JoinHandshake extends Operation<JoinedPeer> {
  readonly #own: JoinHello;
  readonly #judge: Judge;
  readonly #settle: Settle;
  readonly #borrowed: BorrowedSocket;
  #other: JoinHello | null = null;
  /** What was found of the other. */
  #why = '';
  #outcome: JoinOutcome | null = null;

  constructor(driver: OperationDriver, socket: Socket, own: JoinHello, judge: Judge, settle: Settle) {
    super(driver);
    this.#settle = settle;
    this.#own = own;
    this.#judge = judge;
    this.#borrowed = new BorrowedSocket(
      socket,
      (bytes) => this.#came(bytes),
      (why) => {
        if (this.#becomes('over') === 'joined') this.complete();
        else this.fail(cannotJoin(why));
      },
    );
  }

  /** Begins. */
  shakeHands(): void {
    this.#borrowed.write(encodeJoinMessage(this.#own));
    this.#borrowed.borrow();
  }

  /** The bytes of a socket come by the event loop alone. */
  override needsEventLoop(): boolean {
    return true;
  }

  override describe(): WaitDescription {
    return {
      operation: 'join',
      communicator: '',
      peers: [],
      open: true,
      tag: null,
      data: 'the other end of a socket',
    };
  }

  override withdraw(reason: unknown): boolean {
    // The other end has joined: its verdict is on its way.
    if (this.done || this.#becomes('over') === 'joined') return false;
    this.#say('it waits no longer');
    this.#borrowed.giveBack();
    this.fail(reason);
    return true;
  }

  protected override result(): JoinedPeer {
    const { process, nonce, contextId } = this.#other as JoinHello;
    return { process, contextId: this.#own.nonce < nonce ? this.#own.contextId : contextId };
  }

  #came(bytes: Buffer): Taken {
    let used = 0;
    while (!this.done) {
      const reading = readJoinMessage(bytes.subarray(used));
      if (reading.type === 'more') return { used, over: false };
      if (reading.type === 'refused') {
        // It could make nothing of an answer.
        this.#end(reading.why, true);
        break;
      }
      used += reading.bytes;
      if (reading.message.kind === 'hello') this.#hello(reading.message);
      else this.#verdict(reading.message);
    }
    return { used, over: true };
  }

  #hello(other: JoinHello): void {
    if (this.#other !== null) {
      this.#end('the other end says twice who it is');
      return;
    }
    // An echo of one's own, or another end in the same process.
    if (other.process === this.#own.process) {
      this.#end('both ends of the socket are in this process', true);
      return;
    }
    this.#other = other;
    this.#why = this.#judge(other);
    this.#say(this.#why);
  }

  #verdict({ nonce, why }: JoinVerdict): void {
    if (this.#why !== '') this.#end(this.#why, true);
    // A no needs no proof.
    else if (why !== '') this.#end(`the other end says: ${why}`, this.#other !== null);
    else if (nonce !== this.#own.nonce || this.#other === null)
      this.#end('the other end answers somebody else');
    else if (this.#becomes('joined') === 'joined') this.complete();
    // It has given up since: what it says of that comes next.
  }

  /** What becomes of it, if this were the first to say so. */
  #becomes(wish: JoinOutcome): JoinOutcome {
    if (this.#other === null || this.#why !== '') return wish;
    this.#outcome ??= this.#settle(this.#other, wish);
    return this.#outcome;
  }

  /** It comes to nothing; the other end is told, unless it has been already. */
  #end(why: string, told: boolean = false): void {
    if (!told) this.#say(why);
    this.fail(cannotJoin(why));
  }

  #say(why: string): void {
    // Nobody who has not said who he is can be answered by his nonce; what counts then is that the answer is no.
    const nonce = this.#other?.nonce ?? this.#own.nonce;
    this.#borrowed.write(encodeJoinMessage({ kind: 'verdict', nonce, why: why.slice(0, 300) }));
  }
}

const cannotJoin = (why: string): MPIError =>
  new MPIError('MPI_ERR_OTHER', `Cannot join over this socket: ${why}`);
