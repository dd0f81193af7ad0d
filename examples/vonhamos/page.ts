/** What the page shows: four spectra, the image, the clients; and what people may do there. */
import type { OpenedStream } from 'parley/live';
import { serveView } from 'parley/live';
import { THRESHOLD } from './results/calibration.ts';
import type { RunResults } from './results/run-results.ts';
import { COLUMNS, REGION, ROWS, rowsOf } from './spectrometer/camera.ts';
import { GEOMETRY } from './spectrometer/generator.ts';
import { VonHamos } from './spectrometer/geometry.ts';

export interface Page {
  show(results: RunResults): void;
  close(): Promise<void>;
}

export async function openPage(stream: OpenedStream, print: (line: string) => void): Promise<Page> {
  const view = await serveView({
    title: 'von Hamos spectrometer',
    onFeedback: (said) => {
      if (said.type === 'setting') stream.set({ [said.name]: said.value });
      if (said.type === 'request') stream.request(said.name, undefined, oneClient(stream));
      if (said.type === 'stop') stream.stop();
    },
  });
  print(`page: ${view.url}`);
  view.show('controls', {
    kind: 'controls',
    controls: [
      { type: 'number', name: 'threshold', value: THRESHOLD, min: 0, max: 2, step: 0.05, unit: 'photons' },
      { type: 'request', name: 'frame', label: 'whole camera' },
      { type: 'stop' },
    ],
  });
  return { show: (results) => showResults(view, stream, results), close: () => view.close() };
}

type View = Awaited<ReturnType<typeof serveView>>;

const ENERGY = { label: 'energy', unit: 'eV' } as const;

function showResults(view: View, stream: OpenedStream, results: RunResults): void {
  const { sums, run, rate, frame } = results;
  const { counts, difference } = sums;
  const x = energies();
  view.show('status', { kind: 'status', run, events: sums.events, rate, state: 'running' });
  view.show('spectra', {
    kind: 'lines',
    title: 'laser on, laser off',
    note: `${counts.on} and ${counts.off} shots`,
    size: 'wide',
    x,
    xAxis: ENERGY,
    yAxis: { label: 'photons for each shot' },
    series: [
      { label: 'on', y: difference.onMean() },
      { label: 'off', y: difference.offMean() },
    ],
  });
  view.show('difference', {
    kind: 'difference',
    x,
    xAxis: ENERGY,
    yAxis: { label: 'photons for each shot' },
    on: difference.onMean(),
    off: difference.offMean(),
    difference: difference.difference(),
    error: difference.error(),
    onCount: counts.on,
    offCount: counts.off,
    nullTest: difference.nullTest(),
  });
  const series = [{ label: 'photons', y: results.recent() }];
  view.show('recent', { kind: 'lines', title: 'latest 30 updates', x, xAxis: ENERGY, series });
  const shots = Math.max(1, counts.on + counts.off);
  view.show('image', {
    kind: 'image',
    title: 'region of interest',
    note: `rows ${REGION.rows.join('…')}, columns ${REGION.columns.join('…')}`,
    data: sums.image.map((photons) => photons / shots),
    shape: [sums.rows, sums.columns],
    unit: 'photons/shot',
  });
  if (frame !== undefined)
    view.show('camera', {
      kind: 'image',
      title: 'whole camera, one shot',
      data: frame,
      shape: [ROWS, COLUMNS],
      unit: 'photons',
    });
  view.show('clients', { kind: 'clients', rows: stream.clients() });
}

/** At the centres of the rows. */
function energies(): Float64Array {
  const geometry = new VonHamos(GEOMETRY);
  return Float64Array.from({ length: rowsOf(REGION) }, (_, row) =>
    geometry.energyAt(REGION.rows[0] + row + 0.5),
  );
}

/** One picture is enough. */
const oneClient = (stream: OpenedStream): number[] =>
  stream
    .clients()
    .filter(({ state }) => state === 'live')
    .slice(0, 1)
    .map(({ id }) => id);
