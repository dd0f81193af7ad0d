import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import { request } from 'node:http';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import type { ViewFeedback } from '#live/view/feedback.js';
import { serveView, type View } from '#live/view/serve-view.js';
import type { ImageFrame, StripFrame, ViewPanel } from '#live/view/wire/view-topics.js';
import { ViewerClient } from './viewer-client.js';

const image = (
  value: number,
  side: number = 8,
): { kind: 'image'; data: Float32Array; shape: [number, number] } => ({
  kind: 'image',
  data: new Float32Array(side * side).fill(value),
  shape: [side, side],
});

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

async function get(
  view: View,
  path: string,
  headers: Record<string, string> = {},
  method: string = 'GET',
): Promise<Answer> {
  const sent = request({ host: '127.0.0.1', port: view.port, path, headers, method, agent: false }).end();
  const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: Buffer.concat(parts).toString(),
  };
}

/** The status of a refused socket, or 101. */
async function upgrade(url: string, headers: Record<string, string> = {}): Promise<number> {
  const socket = new WebSocket(url, { headers });
  return new Promise((resolve) => {
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('unexpected-response', (_sent, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => undefined);
  });
}

test('Page, files and socket want the token, our own host and our own origin', async () => {
  await using view = await serveView({ token: 'secret-token' });
  const socket = `ws://127.0.0.1:${view.port}/secret-token/socket`;
  const host = `127.0.0.1:${view.port}`;
  assert.equal((await get(view, '/secret-token/')).status, 200);
  assert.equal((await get(view, '/secret-token')).headers['location'], '/secret-token/');
  for (const path of ['/', '/secret-toke/', '/secret-token1/', '/page/main.js', '/?token=secret-token'])
    assert.equal((await get(view, path)).status, 403, path);
  assert.equal((await get(view, '/secret-token/', { host: 'evil.example' })).status, 403);
  assert.equal((await get(view, '/secret-token/', { host: 'localhost:9000' })).status, 200);
  assert.equal((await get(view, '/secret-token/', { host, origin: 'http://evil.example' })).status, 403);
  assert.equal((await get(view, '/secret-token/', {}, 'POST')).status, 405);
  assert.equal(await upgrade(socket), 101);
  assert.equal(await upgrade(socket, { origin: `http://${host}` }), 101);
  assert.equal(await upgrade(socket, { origin: 'http://evil.example' }), 403);
  assert.equal(await upgrade(socket.replace('secret', 'public')), 403);
  assert.equal(await upgrade(socket.replace('socket', 'elsewhere')), 404);
});

test('Nothing but the fixed files is served, under a strict policy', async () => {
  await using view = await serveView({ title: '<b>"run" & co' });
  const base = new URL(view.url).pathname;
  const page = await get(view, base);
  assert.match(
    String(page.headers['content-security-policy']),
    /^default-src 'none'; script-src 'self' 'sha256-[^']+'; style-src 'self';/,
  );
  assert.equal(page.headers['x-content-type-options'], 'nosniff');
  assert.ok(!page.text.includes('<b>'));
  const files = [...page.text.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, file]) => file!);
  assert.ok(files.length > 30);
  for (const file of new Set(files)) {
    const { status, headers } = await get(view, base + file);
    assert.equal(status, 200, file);
    assert.match(String(headers['content-type']), /^(text\/(javascript|css)|image\/svg)/);
  }
  for (const path of [
    '../package.json',
    'page/../serve-view.js',
    'serve-view.js',
    'page/%2e%2e/serve-view.js',
    'page/main.js.map',
    'page/tsconfig.json',
  ])
    assert.equal((await get(view, base + path)).status, 404, path);
});

test('A file of the page that has gone meanwhile is a short answer, and the program goes on', async (t) => {
  await using view = await serveView();
  const base = new URL(view.url).pathname;
  const gone = t.mock.method(fs, 'readFileSync', () => {
    throw Object.assign(new Error('ENOENT: no such file or directory'), { code: 'ENOENT' });
  });
  const { status, text } = await get(view, `${base}page/main.js`);
  gone.mock.restore();
  assert.deepEqual([status, text], [500, 'This file cannot be read.\n']);
  assert.equal((await get(view, `${base}page/main.js`)).status, 200);
});

test('A token that cannot stand in an address, or is none, is refused', async () => {
  for (const token of ['', 'two words', 'a/b', '.', '..', 'a?b', 'a%41', 'ä'])
    await assert.rejects(serveView({ token }), {
      code: 'MPI_ERR_ARG',
      message: /^Cannot serve a page under the token ".*": .* letters, digits/,
    });
  for (const token of ['x', 'a.b', 'Zm9v+YmE=', "~-_!$&'()*,;:@"]) {
    await using view = await serveView({ token });
    assert.equal((await get(view, new URL(view.url).pathname)).status, 200, token);
  }
});

test('A port that is taken is said so, and nothing is left of the attempt', async () => {
  await using view = await serveView();
  await assert.rejects(serveView({ port: view.port }), {
    code: 'MPI_ERR_OTHER',
    message: /Cannot serve a page at 127\.0\.0\.1:\d+: .*EADDRINUSE/,
  });
  assert.match(view.url, /^http:\/\/127\.0\.0\.1:\d+\/[\w-]{24}\/$/);
});

test('A viewer that comes late gets the last value of everything', async () => {
  await using view = await serveView();
  for (let turn = 1; turn <= 5; turn += 1) {
    view.show('a', image(turn));
    view.show('b', { kind: 'text', text: `turn ${turn}` });
    view.show('c', { kind: 'strip', values: { x: turn } });
  }
  view.show('gone', { kind: 'text', text: '' });
  view.remove('gone');
  const viewer = await ViewerClient.connect(view.url);
  await viewer.until(() => ['a', 'b', 'c', '$view'].every((name) => viewer.last(name) !== undefined));
  assert.equal(viewer.of('a').length, 1);
  assert.equal(viewer.last('a')?.version, 5);
  assert.equal((viewer.last('a')?.panel as ImageFrame).codes.min, 5);
  assert.deepEqual((viewer.last('b')?.panel as { text: string }).text, 'turn 5');
  assert.deepEqual(Array.from((viewer.last('c')?.panel as StripFrame).columns[0]!), [1, 2, 3, 4, 5]);
  assert.deepEqual((viewer.last('$view')?.panel as ViewPanel).topics, ['a', 'b', 'c']);
  assert.equal(viewer.last('gone'), undefined);
  await viewer.close();
});

test('The arrays of a shown panel belong to the program again at once', async () => {
  await using view = await serveView();
  const shown = image(1);
  view.show('a', shown);
  shown.data.fill(99);
  const viewer = await ViewerClient.connect(view.url);
  await viewer.until(() => viewer.last('a') !== undefined);
  assert.equal((viewer.last('a')?.panel as ImageFrame).codes.max, 1);
  await viewer.close();
});

test('What makes a panel is called when somebody looks, and never before', async () => {
  await using view = await serveView();
  let calls = 0;
  const make = () => image((calls += 1));
  for (let turn = 0; turn < 100; turn += 1) view.show('a', make);
  assert.equal(calls, 0);
  const viewer = await ViewerClient.connect(view.url);
  await viewer.until(() => viewer.last('a')?.version === 100);
  assert.equal(calls, 1);
  await viewer.close();
});

test('A viewer that draws slowly gets the newest only, and knows exactly what it has not got', async () => {
  await using view = await serveView();
  const viewer = await ViewerClient.connect(view.url, { drawsAtOnce: false });
  view.show('a', image(0));
  await viewer.until(() => viewer.last('a') !== undefined);
  for (let turn = 1; turn < 500; turn += 1) view.show('a', image(turn));
  while (viewer.last('a')?.version !== 500) {
    const count = viewer.of('a').length;
    viewer.say({ type: 'drawn', versions: { a: viewer.last('a')!.version } });
    await viewer.until(() => viewer.of('a').length > count);
  }
  const frames = viewer.of('a');
  assert.ok(frames.length <= 4, `${frames.length} frames`);
  assert.equal(frames.length + frames.at(-1)!.skipped, 500);
  assert.equal(view.viewers[0]?.skipped, 500 - frames.length);
  await viewer.close();
});

test('Of four viewers one that reads nothing costs a bounded amount, and the others get the newest', async () => {
  await using view = await serveView();
  const viewers = await Promise.all([1, 2, 3, 4].map(() => ViewerClient.connect(view.url)));
  await Promise.all(viewers.map((viewer) => viewer.until(() => viewer.last('$view') !== undefined)));
  const [stopped, ...others] = viewers as [ViewerClient, ...ViewerClient[]];
  stopped.socket.pause();
  const side = 512;
  const bytesOfFrame = side * side * 2;
  let most = 0;
  for (let turn = 1; turn <= 60; turn += 1) {
    view.show('big', image(turn, side));
    view.show('small', { kind: 'text', text: String(turn) });
    await Promise.all(
      others.map((viewer) => viewer.until(() => (viewer.last('small')?.version ?? 0) >= turn)),
    );
    most = Math.max(most, ...view.viewers.map(({ undrawnBytes }) => undrawnBytes));
  }
  await Promise.all(others.map((viewer) => viewer.until(() => viewer.last('big')?.version === 60)));
  for (const viewer of others) {
    const frames = viewer.of('big');
    assert.equal(frames.length + frames.at(-1)!.skipped + (frames[0]!.version - 1), 60);
    assert.equal((frames.at(-1)!.panel as ImageFrame).codes.max, 60);
  }
  // Two frames of each topic at most are on their way to anybody, whatever was shown meanwhile.
  assert.ok(most <= 2 * bytesOfFrame + 64 * 1024, `${most} bytes`);
  stopped.socket.resume();
  await stopped.until(() => stopped.last('big')?.version === 60);
  await Promise.all(viewers.map((viewer) => viewer.close()));
});

test('A viewer that comes back gets what is newer, and everything of another session', async () => {
  await using view = await serveView();
  view.show('same', { kind: 'text', text: '' });
  view.show('other', { kind: 'text', text: 'old' });
  const first = await ViewerClient.connect(view.url);
  await first.until(() => first.last('other') !== undefined && first.last('$view') !== undefined);
  const { session } = first.last('$view')!.panel as ViewPanel;
  await first.close();
  view.show('other', { kind: 'text', text: 'new' });
  const seen = { same: 1, other: 1 };
  const again = await ViewerClient.connect(view.url, { hello: { type: 'hello', session, seen } });
  await again.until(() => again.last('other')?.version === 2 && again.last('$view') !== undefined);
  assert.equal(again.last('same'), undefined);
  const stranger = await ViewerClient.connect(view.url, {
    hello: { type: 'hello', session: 'another', seen },
  });
  await stranger.until(() => stranger.last('same') !== undefined);
  await Promise.all([again.close(), stranger.close()]);
});

test('An image comes exact to the viewer that asks for it, the same frame again', async () => {
  await using view = await serveView();
  const data = Float32Array.of(0.1, 0.25, 1e-6, 1e6);
  view.show('a', { kind: 'image', data, shape: [2, 2] });
  const viewer = await ViewerClient.connect(view.url);
  await viewer.until(() => viewer.last('a') !== undefined);
  assert.equal((viewer.last('a')!.panel as ImageFrame).codes.isExact, false);
  viewer.say({ type: 'format', topic: 'a', format: 'f32' });
  await viewer.until(() => viewer.of('a').length === 2);
  const { version, skipped, panel } = viewer.last('a')!;
  assert.deepEqual([version, skipped, (panel as ImageFrame).codes.data], [1, 0, data]);
  await viewer.close();
});

test('Feedback reaches the loop and the listener, later words replacing earlier ones, and all pages see it', async () => {
  const heard: ViewFeedback[] = [];
  const view = await serveView({ onFeedback: (said) => heard.push(said) });
  view.show('a', image(1));
  view.show('controls', { kind: 'controls', controls: [{ type: 'number', name: 'threshold', value: 1 }] });
  const loop = view.feedback();
  const viewer = await ViewerClient.connect(view.url);
  const other = await ViewerClient.connect(view.url);
  const region = (from: number) => ({ rows: [from, 5], columns: [0, 3] }) as const;
  viewer.say({ type: 'region', topic: 'a', region: region(1) });
  viewer.say({ type: 'region', topic: 'a', region: region(2) });
  viewer.say({ type: 'region', topic: 'unknown', region: region(2) });
  viewer.say({ type: 'setting', topic: 'controls', name: 'threshold', value: 42 });
  viewer.say({ type: 'request', topic: 'controls', name: 'frame' });
  viewer.say({ type: 'stop' });
  const shown = (): ViewPanel | undefined => other.last('$view')?.panel as ViewPanel | undefined;
  await other.until(() => shown()?.settings['controls/threshold'] === 42 && heard.length === 5);
  assert.deepEqual(shown()?.regions, { a: region(2) });
  assert.deepEqual(view.regions.get('a'), region(2));
  const wanted: ViewFeedback[] = [
    { type: 'region', topic: 'a', region: region(2) },
    { type: 'setting', topic: 'controls', name: 'threshold', value: 42 },
    { type: 'request', topic: 'controls', name: 'frame' },
    { type: 'stop' },
  ];
  for (const said of wanted) assert.deepEqual((await loop.next()).value, said);
  const waiting = loop.next();
  await Promise.all([viewer.close(), other.close()]);
  await view.close();
  assert.equal((await waiting).done, true);
  assert.equal((await view.feedback().next()).done, true);
});

test('A signal closes the page, and further viewers than allowed are refused', async () => {
  const controller = new AbortController();
  const view = await serveView({ signal: controller.signal, viewersMax: 1 });
  const viewer = await ViewerClient.connect(view.url);
  assert.equal(await upgrade(`${view.url.replace('http', 'ws')}socket`), 503);
  const ended = once(viewer.socket, 'close');
  controller.abort();
  await ended;
  await view.close();
  view.show('late', image(1));
});
