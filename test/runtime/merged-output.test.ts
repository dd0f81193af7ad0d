/** Merging ranks' output: whole lines, each rank's order, labels, bounds, back-pressure, lost targets. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MergedOutput, type MergeOptions } from '#runtime/output/merged-output.js';
import { OutputEnd } from '#runtime/output/output-end.js';

/** Keeps what it is given. */
class Sink extends Writable {
  readonly chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString('latin1');
  }
}

function merge(target: Writable, options: Partial<MergeOptions> = {}): MergedOutput {
  return new MergedOutput(target, {
    label: null,
    writer: (rank) => `first ${rank}`,
    begunLineMs: Infinity,
    isTerminal: false,
    end: new OutputEnd(),
    onFailure: (code) => assert.fail(`target failed: ${code}`),
    ...options,
  });
}

/** Ranks that write into one output. */
class Ranks {
  readonly sources: PassThrough[];
  readonly ended: Promise<unknown>;

  constructor(output: MergedOutput, count: number) {
    this.sources = Array.from({ length: count }, () => new PassThrough());
    this.ended = Promise.all(this.sources.map((source, rank) => output.attach(rank, source)));
  }

  /** Writes, and lets it arrive. */
  async write(rank: number, text: string | Buffer): Promise<void> {
    const source = this.sources[rank];
    assert.ok(source !== undefined);
    await new Promise((resolve) => source.write(text, resolve));
    await new Promise(setImmediate);
  }

  async end(): Promise<void> {
    for (const source of this.sources) source.end();
    await this.ended;
  }
}

const label = (rank: number): string => `[${rank}] `;

describe('merged output', () => {
  it('holds a begun line until it ends', async () => {
    const sink = new Sink();
    const ranks = new Ranks(merge(sink), 2);
    await ranks.write(0, 'one ');
    await ranks.write(1, 'two\n');
    await ranks.write(0, 'three\nfour');
    assert.equal(sink.text, 'two\none three\n');
    await ranks.end();
    assert.equal(sink.text, 'two\none three\nfour');
  });

  it('ends a last line that its rank left open, but only where another one follows', async () => {
    const sink = new Sink();
    const ranks = new Ranks(merge(sink), 2);
    await ranks.write(0, 'open');
    ranks.sources[0]?.end();
    await once(ranks.sources[0] ?? sink, 'close');
    await ranks.write(1, 'next');
    await ranks.end();
    assert.equal(sink.text, 'open\nnext');
  });

  it('labels each line once', async () => {
    const sink = new Sink();
    const ranks = new Ranks(merge(sink, { label }), 2);
    await ranks.write(1, 'a\n\nb');
    await ranks.write(0, 'c\n');
    await ranks.write(1, 'b\n');
    await ranks.end();
    assert.equal(sink.text, '[1] a\n[1] \n[0] c\n[1] bb\n');
  });

  it('passes bytes unharmed that are no text', async () => {
    const sink = new Sink();
    const ranks = new Ranks(merge(sink), 2);
    const bytes = Buffer.from(Array.from({ length: 512 }, (_, index) => index % 256));
    await ranks.write(1, bytes);
    await ranks.end();
    assert.deepEqual(Buffer.concat(sink.chunks), bytes);
  });

  it('passes a line that is too long in pieces, with one label while nobody interrupts', async () => {
    const sink = new Sink();
    const ranks = new Ranks(merge(sink, { label, lineBytesMax: 4 }), 2);
    await ranks.write(0, 'abcde');
    await ranks.write(0, 'fghij');
    assert.equal(sink.text, '[0] abcdefghij');
    await ranks.write(1, 'x\n');
    await ranks.write(0, 'klmno');
    await ranks.end();
    assert.equal(sink.text, '[0] abcdefghij\n[1] x\n[0] klmno');
  });

  it('shows a begun line on a terminal after a while', async () => {
    const sink = new Sink();
    const ranks = new Ranks(merge(sink, { label, begunLineMs: 1, isTerminal: true }), 2);
    const shown = new Promise<void>((resolve) => {
      const write = sink._write.bind(sink);
      sink._write = (chunk: Buffer, encoding, done) => {
        write(chunk, encoding, done);
        if (sink.text.includes('name? ')) resolve();
      };
    });
    await ranks.write(0, 'name? ');
    await shown;
    assert.equal(sink.text, '[0] name? ');
    await ranks.write(1, 'hello\n');
    await ranks.write(0, 'thanks\n');
    await ranks.end();
    assert.equal(sink.text, '[0] name? \n[1] hello\n[0] thanks\n');
  });

  it('labels a progress bar again after each carriage return', async () => {
    const sink = new Sink();
    const ranks = new Ranks(merge(sink, { label, begunLineMs: 0, isTerminal: true }), 1);
    await ranks.write(0, '10%\r');
    await ranks.write(0, '20%\r30%\r\nend\n');
    await ranks.end();
    assert.equal(sink.text, '[0] 10%\r[0] 20%\r[0] 30%\r\n[0] end\n');
  });

  it('passes a single rank directly', async () => {
    const sink = new Sink();
    const ranks = new Ranks(merge(sink, { begunLineMs: 0 }), 1);
    await ranks.write(0, 'no line end');
    assert.equal(sink.text, 'no line end');
    await ranks.end();
  });

  it('passes a single rank directly for as long as nobody else writes there, of another job either', async () => {
    const sink = new Sink();
    const end = new OutputEnd();
    const ranks = new Ranks(merge(sink, { end }), 1);
    await ranks.write(0, 'begun');
    assert.equal(sink.text, 'begun');
    const others = new Ranks(merge(sink, { end, label, writer: (rank) => `second ${rank}` }), 1);
    await others.write(0, 'other\nheld');
    await ranks.write(0, ' and ');
    await ranks.write(0, 'ended\nagain');
    assert.equal(sink.text, 'begun\n[0] other\n and ended\n');
    await others.end();
    await ranks.write(0, ' alone');
    assert.equal(sink.text, 'begun\n[0] other\n and ended\n[0] held\nagain alone');
    await ranks.end();
  });

  it('puts its own notes on lines of their own', async () => {
    const sink = new Sink();
    const output = merge(sink, { begunLineMs: 0 });
    const ranks = new Ranks(output, 1);
    await ranks.write(0, 'begun');
    output.note('parley: something');
    await ranks.end();
    assert.equal(sink.text, 'begun\nparley: something\n');
  });

  it('does not break a line of one rank between its two streams on one terminal', async () => {
    const sink = new Sink();
    const end = new OutputEnd();
    const streams = [0, 1].map(() => merge(sink, { label, begunLineMs: 0, isTerminal: true, end }));
    const sources = streams.map(() => new PassThrough());
    const ended = Promise.all(
      streams.map((stream, index) => stream.attach(3, sources[index] ?? new PassThrough())),
    );
    sources[0]?.write('out ');
    await new Promise(setImmediate);
    sources[1]?.write('err\n');
    sources.forEach((source) => source.end());
    await ended;
    assert.equal(sink.text, '[3] out err\n');
  });

  it('knows who wrote last, and how much', async () => {
    const end = new OutputEnd();
    const output = merge(new Sink(), { end, label });
    const ranks = new Ranks(output, 2);
    await ranks.write(0, 'a\n');
    await ranks.write(1, 'four\n');
    await ranks.write(1, 'held');
    assert.deepEqual(
      [0, 1].map((rank) => end.lastBytesOf(`first ${rank}`)),
      [0, 5],
    );
    await ranks.end();
    assert.equal(end.lastBytesOf('first 1'), 9);
    output.note('parley: something');
    assert.equal(end.lastBytesOf('first 1'), 0);
  });

  it('stops reading while the target is full, and holds little meanwhile', async () => {
    let release = (): void => undefined;
    let seen = 0;
    const target = new Writable({
      highWaterMark: 1024,
      write: (chunk: Buffer, _encoding, done) => {
        seen += chunk.length;
        release = done;
      },
    });
    const output = merge(target);
    const source = new PassThrough({ highWaterMark: 1024 });
    const ended = output.attach(0, source);
    const line = Buffer.from(`${'x'.repeat(99)}\n`);
    let written = 0;
    while (source.write(line)) written += line.length;
    for (let turn = 0; turn < 100; turn++) {
      await new Promise(setImmediate);
      if (!source.writableNeedDrain) source.write(line);
    }
    assert.equal(source.isPaused(), true);
    assert.ok(target.writableLength <= 4096, `${target.writableLength} bytes are held`);
    source.end();
    const state = { ended: false };
    void ended.then(() => (state.ended = true));
    while (!state.ended || target.writableLength > 0) {
      release();
      await new Promise(setImmediate);
    }
    assert.ok(seen >= written);
  });

  it('tells of a target that is gone once, and reads on', async () => {
    const codes: string[] = [];
    const target = new Writable({
      write: (_chunk, _encoding, done) => {
        done(Object.assign(new Error('gone'), { code: 'EPIPE' }));
      },
    });
    const output = merge(target, { onFailure: (code) => codes.push(code) });
    const ranks = new Ranks(output, 2);
    await ranks.write(0, 'a\n');
    await ranks.write(1, 'b\n');
    await ranks.write(0, Buffer.alloc(1 << 20, 10));
    await ranks.end();
    await output.flush();
    assert.deepEqual(codes, ['EPIPE']);
  });

  it('keeps all lines of all ranks whole and in order, however they are cut', async () => {
    const pieces = fc.array(
      fc.tuple(fc.nat(2), fc.string({ unit: fc.constantFrom('a', 'é', '\n'), maxLength: 6 })),
      {
        maxLength: 40,
      },
    );
    await fc.assert(
      fc.asyncProperty(pieces, fc.boolean(), async (writes, labelled) => {
        const sink = new Sink();
        const ranks = new Ranks(merge(sink, { label: labelled ? label : null }), 3);
        // What each rank writes names it, so that a line tells whose it is.
        const sent = ['', '', ''];
        for (const [rank, text] of writes) {
          const named = text.replaceAll('a', String(rank)).replaceAll('é', 'ABC'[rank] ?? '');
          sent[rank] = `${sent[rank] ?? ''}${named}`;
          await ranks.write(rank, named);
        }
        await ranks.end();
        const lines = sink.text.split('\n');
        for (const line of lines) {
          const owners = new Set(
            line
              .replace(/^\[\d\] /, '')
              .split('')
              .map((letter) => '012ABC'.indexOf(letter) % 3),
          );
          assert.ok(owners.size <= 1, `mixed line: ${line}`);
        }
        for (const [rank, text] of sent.entries()) {
          const own = lines.filter((line) =>
            labelled
              ? line.startsWith(`[${rank}] `)
              : line.split('').some((letter) => '012ABC'.indexOf(letter) % 3 === rank),
          );
          const bare = own.map((line) => line.replace(/^\[\d\] /, ''));
          const wanted = text.split('\n').filter((line) => labelled || line !== '');
          if (labelled && wanted.at(-1) === '') wanted.pop();
          assert.deepEqual(bare, wanted);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('goes on for others when one of many is over, and leaves nothing with the target', async () => {
    const sink = new Sink();
    const events = ['error', 'drain'] as const;
    const before = events.map((event) => sink.listenerCount(event));
    const limit = sink.getMaxListeners();
    const outputs = Array.from({ length: limit + 5 }, () => merge(sink));
    assert.ok(sink.getMaxListeners() >= sink.listenerCount('drain'));
    outputs.slice(1).forEach((output) => {
      output.release();
      output.release();
    });
    outputs[0]?.note('the last one');
    await outputs[0]?.flush();
    assert.equal(sink.text, 'the last one\n');
    assert.deepEqual(
      events.map((event) => sink.listenerCount(event)),
      before,
    );
    assert.equal(sink.getMaxListeners(), limit);
  });
});
