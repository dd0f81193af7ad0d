/** A borrowed socket: who owns it finds it as it was, whatever state that was, and gets every byte that is not the borrower's. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { BorrowedSocket } from '#dynamic/borrowed-socket.js';

const WANTED = 'mine!';
let server: ReturnType<typeof createServer>;
before(async () => {
  server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
after(() => server.close());

async function pair(): Promise<{ owner: Socket; other: Socket; close: () => void }> {
  const { port } = server.address() as { port: number };
  const accepted = once(server, 'connection');
  const owner = connect({ port, host: '127.0.0.1' });
  await once(owner, 'connect');
  const [other] = (await accepted) as [Socket];
  owner.on('error', () => undefined);
  return { owner, other, close: () => [owner, other].forEach((socket) => socket.destroy()) };
}

/** Takes {@link WANTED} out of the socket; what became of it. */
async function take(owner: Socket, begun: () => void = () => undefined): Promise<string> {
  return await new Promise((resolve) => {
    const borrowed = new BorrowedSocket(
      owner,
      (bytes) => {
        if (bytes.length < WANTED.length) return { used: 0, over: false };
        const got = bytes.toString('latin1', 0, WANTED.length);
        queueMicrotask(() => resolve(got));
        return got === WANTED ? { used: WANTED.length, over: true } : { used: 0, over: true };
      },
      (why) => resolve(`gone: ${why}`),
    );
    borrowed.borrow();
    begun();
  });
}

/** Ways in which an owner may have left a socket, and how it looks at it again. */
const OWNERS: Readonly<Record<string, (socket: Socket, heard: (text: string) => void) => void>> = {
  'that nobody has touched': (socket, heard) =>
    queueMicrotask(() => socket.on('data', (chunk: Buffer) => heard(chunk.toString('utf8')))),
  'that flows': (socket, heard) => void socket.on('data', (chunk: Buffer) => heard(chunk.toString('utf8'))),
  'that flows as text': (socket, heard) => void socket.setEncoding('utf8').on('data', heard),
  'that is read when it is readable': (socket, heard) =>
    void socket.on('readable', () => {
      for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null)
        heard(chunk.toString('utf8'));
    }),
};

for (const [title, own] of Object.entries(OWNERS)) {
  test(`a socket ${title} gives the borrower its bytes, and its owner all others`, async () => {
    for (const cut of [1, 3, WANTED.length, WANTED.length + 1, WANTED.length + 4]) {
      const { owner, other, close } = await pair();
      let heard = '';
      if (title !== 'that nobody has touched') own(owner, (text) => (heard += text));
      const before = [owner.listenerCount('data'), owner.readableEncoding, owner.readableFlowing];
      const all = Buffer.from(`${WANTED}grüße`);
      const got = await take(owner, () => {
        other.write(all.subarray(0, cut));
        setImmediate(() => other.write(all.subarray(cut)));
      });
      assert.equal(got, WANTED);
      assert.deepEqual([owner.listenerCount('data'), owner.readableEncoding, owner.readableFlowing], before);
      assert.equal(Object.hasOwn(owner, 'push') || Object.hasOwn(owner, 'emit'), false);
      if (title === 'that nobody has touched') own(owner, (text) => (heard += text));
      while (Buffer.byteLength(heard) < 7) await turn();
      assert.equal(heard, 'grüße');
      close();
    }
  });
}

for (const encoding of [null, 'utf8', 'latin1', 'hex'] as const) {
  test(`what came before is the borrower's too, with the encoding ${encoding ?? 'none'}`, async () => {
    const { owner, other, close } = await pair();
    if (encoding !== null) owner.setEncoding(encoding);
    owner.pause();
    let heard = '';
    owner.on('data', (chunk: Buffer | string) => {
      heard +=
        typeof chunk === 'string' ? Buffer.from(chunk, encoding ?? 'utf8').toString() : chunk.toString();
    });
    other.write(`${WANTED}and more`);
    while (owner.readableLength === 0) await turn();
    assert.equal(await take(owner), WANTED);
    assert.equal(owner.isPaused(), true);
    assert.equal(heard, '');
    owner.resume();
    while (heard.length < 8) await turn();
    assert.equal(heard, 'and more');
    close();
  });
}

test('what the borrower refuses goes back whole, and the end of the stream after it', async () => {
  const { owner, other, close } = await pair();
  const begun = take(owner, () => other.end('not yours'));
  assert.equal(await begun, 'not y');
  let heard = '';
  for await (const chunk of owner) heard += String(chunk);
  assert.equal(heard, 'not yours');
  close();
});

test('an end in the middle is told, and reaches the owner with what had come', async () => {
  const { owner, other, close } = await pair();
  assert.match(await take(owner, () => other.end('mi')), /gone: the other end was closed/);
  let heard = '';
  for await (const chunk of owner) heard += String(chunk);
  assert.equal(heard, 'mi');
  close();
});
