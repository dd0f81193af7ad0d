/**
 * Processes over one transport, as the compliance suite sees them: each records what it is handed over, and polls
 * until something has come.
 */
import assert from 'node:assert/strict';
import type { ProcessId } from '#model/process-id.js';
import type { Channel, Inbound, PeerEnd, Transport } from '#transport/transport.js';
import { Frame } from '#wire/frame.js';

/** What an implementation has to offer to be tested. */
export interface TransportFixture {
  readonly name: string;
  /** One where a process only ever talks to itself. */
  readonly processesMax: number;
  make(processes: number): TransportWorld;
}

export interface TransportWorld {
  readonly ids: readonly ProcessId[];
  readonly transports: readonly Transport[];
  /** The process ends now, in good order or not. */
  end(process: number, orderly: boolean): void;
  close(): void;
}

/** Polls after which nothing can be on its way any more, however slow. */
const POLLS_MAX = 2_000_000;

/** What came from one peer, in order. */
export class Recording implements Inbound {
  readonly frames: Frame[] = [];
  readonly malformations: string[] = [];
  readonly ends: PeerEnd[] = [];
  /** Called with each frame as it comes. */
  onFrame: (frame: Frame) => void = () => undefined;

  frame(frame: Frame): void {
    assert.equal(this.ends.length, 0, 'a frame came after the end');
    assert.ok(
      frame.start >= 0 && frame.start + frame.size <= frame.data.byteLength,
      'data outside of its memory',
    );
    const copy = Object.assign(new Frame(), frame);
    copy.data = Uint8Array.from(frame.data.subarray(frame.start, frame.start + frame.size));
    copy.start = 0;
    this.frames.push(copy);
    this.onFrame(frame);
  }

  malformed(description: string): void {
    this.malformations.push(description);
  }

  ended(end: PeerEnd): void {
    this.ends.push(end);
  }
}

export class TestProcess {
  readonly id: ProcessId;
  readonly transport: Transport;
  readonly #recordings = new Map<ProcessId, Recording>();
  readonly #channels = new Map<ProcessId, Channel>();

  constructor(id: ProcessId, transport: Transport) {
    this.id = id;
    this.transport = transport;
    transport.start((from) => this.from(from));
  }

  /** What has come from a process. */
  from(id: ProcessId): Recording {
    let recording = this.#recordings.get(id);
    if (recording === undefined) {
      recording = new Recording();
      this.#recordings.set(id, recording);
      this.transport.watch(id);
    }
    return recording;
  }

  /** All that have been heard of. */
  get heardOf(): ProcessId[] {
    return [...this.#recordings.keys()];
  }

  channelTo(id: ProcessId): Channel {
    let channel = this.#channels.get(id);
    if (channel === undefined) {
      channel = this.transport.open(id);
      this.#channels.set(id, channel);
    }
    return channel;
  }

  /** Polls until that is so. */
  pollUntil(isSo: () => boolean, what: string): void {
    for (let polls = 0; !isSo(); polls++) {
      assert.ok(polls < POLLS_MAX, `it never came to this: ${what}`);
      this.transport.poll();
    }
  }

  /** Goes to sleep in the event loop; resolves when it is woken. */
  asleep(): Promise<void> {
    return new Promise((resolve) => {
      this.transport.arm(() => {
        this.transport.holdProcess(false);
        resolve();
      });
      this.transport.holdProcess(true);
    });
  }

  close(): void {
    this.transport.close();
    for (const channel of this.#channels.values()) channel.close();
  }
}

/** Runs `test` with some processes, and leaves nothing of them. */
export async function withProcesses(
  fixture: TransportFixture,
  processes: number,
  test: (processes: readonly TestProcess[], world: TransportWorld) => void | Promise<void>,
): Promise<void> {
  const world = fixture.make(Math.min(processes, fixture.processesMax));
  const all = world.ids.map((id, index) => new TestProcess(id, world.transports[index]!));
  try {
    await test(all, world);
  } finally {
    for (const each of all) each.close();
    world.close();
  }
}
