/** Starts the page: connects, and draws into the body. */
import { render } from 'preact';
import { ImagePainter } from './image/image-painter.ts';
import { Connection } from './model/connection.ts';
import { Frames } from './model/frames.ts';
import { PageProvider } from './model/page-context.ts';
import { ThemeChoice } from './model/theme.ts';
import { App } from './parts/app.tsx';

const MB = 1024 * 1024;
/** Phones have less to give. */
const RING_BYTES_MAX = matchMedia('(max-width: 700px)').matches ? 48 * MB : 256 * MB;

const frames = new Frames(RING_BYTES_MAX);
const socketUrl = new URL('socket', location.href);
socketUrl.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
const connection = new Connection(socketUrl.href, frames);
const painter = new ImagePainter(new URLSearchParams(location.search).get('painter'));
const page = { frames, connection, theme: new ThemeChoice(), painter };

render(
  <PageProvider value={page}>
    <App />
  </PageProvider>,
  document.body,
);
