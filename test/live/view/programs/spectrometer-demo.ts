/**
 * A program that shows one panel of each kind, fed at 10 to 100 updates a second: to look at by hand, and for the screenshots.
 *
 *     node build/test/live/view/programs/spectrometer-demo.js [--port N] [--seconds N]
 */
import { parseArgs } from 'node:util';
import { serveView } from '#live/view/serve-view.js';
import { Spectrometer } from './spectrometer.js';

const { values } = parseArgs({ options: { port: { type: 'string' }, seconds: { type: 'string' } } });
await using view = await serveView({ title: 'von Hamos · XCS', port: Number(values.port ?? 0) });
console.log(view.url);
const spectrometer = new Spectrometer(view, 1);
const started = performance.now();
const seconds = Number(values.seconds ?? Infinity);
const stopping = new AbortController();
void (async () => {
  for await (const said of view.feedback()) {
    console.log(JSON.stringify(said));
    spectrometer.hear(said);
    if (said.type === 'stop') stopping.abort();
  }
})();
for (let tick = 0; !stopping.signal.aborted && performance.now() - started < seconds * 1000; tick += 1) {
  spectrometer.tick(tick);
  await new Promise((resolve) => setTimeout(resolve, 10));
}
