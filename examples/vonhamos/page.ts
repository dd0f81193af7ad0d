/** What the page shows: four spectra, the image, the clients; and what people may do there. */
import { MPIError } from 'parley';
import {
  type OpenedStream,
  serveView,
  type ServeViewOptions,
  type View,
  type ViewFeedback,
} from 'parley/live';
import { THRESHOLD } from './results/calibration.ts';
import type { RegionSums } from './results/region-sums.ts';
import type { RunResults } from './results/run-results.ts';
import { columnsOf, common, movedBy, REGION, type Region, WHOLE_CAMERA } from './spectrometer/camera.ts';
import { GEOMETRY } from './spectrometer/generator.ts';
import { VonHamos } from './spectrometer/geometry.ts';

export interface Page {
  readonly url: string;
  /** Under which `parley view` finds it; undefined where another run has the name already. */
  readonly name: string | undefined;
  /** `state` stands at the head of the page, as `'running'`. */
  show(results: RunResults, state: string): void;
  /** A line at the head of the page. */
  tell(message: string): void;
  close(): Promise<void>;
}

const NAME = 'vonhamos';
const ENERGY = { label: 'energy', unit: 'eV' } as const;
const HOW_TO_DRAW = `Draw a region on an image: press the button in its upper corner, or r, and drag. From then on every client sends the \
spectrum of that region as well, and it stands here. With the picture of the whole camera it can be the stripe of another crystal, or \
where there is none.`;
const ENERGIES = energiesOf(REGION);
const PER_SHOT = { label: 'photons for each shot' } as const;

/** `everyMs`: how often clients push, until somebody wishes otherwise. */
export async function openPage(stream: OpenedStream, everyMs: number): Promise<Page> {
  const options: ServeViewOptions = {
    title: 'von Hamos spectrometer',
    onFeedback: (said) => hear(view, stream, said),
  };
  let name: string | undefined = NAME;
  let view: View;
  try {
    view = await serveView({ ...options, publish: NAME });
  } catch (error) {
    if (!(error instanceof MPIError && error.code === 'MPI_ERR_SERVICE')) throw error;
    name = undefined;
    view = await serveView(options);
  }
  let message = '';
  return {
    url: view.url,
    name,
    show(results, state) {
      const { run, rate, sums } = results;
      const note = message === '' ? {} : { message };
      view.show('status', { kind: 'status', run, events: sums.events, rate, state, ...note });
      showSpectra(view, results);
      showImages(view, results);
      showControls(view, everyMs);
      view.show('clients', { kind: 'clients', rows: stream.clients() });
    },
    tell: (text) => (message = text),
    close: () => view.close(),
  };
}

// ── what people do

function hear(view: View, stream: OpenedStream, said: ViewFeedback): void {
  switch (said.type) {
    case 'region': {
      const region = said.region === null ? undefined : onCamera(said.topic, said.region);
      stream.set({ region: region ?? null });
      view.markRegion('camera', region ?? null);
      view.markRegion('image', (region && onImage(region)) ?? null);
      break;
    }
    case 'setting':
      stream.set({ [said.name]: said.value });
      break;
    case 'request':
      stream.request(said.name, undefined, oneClient(stream));
      break;
    case 'stop':
      stream.stop('somebody has stopped the run at the page');
  }
}

/** Where a region that was drawn on one of the images is on the camera. */
function onCamera(topic: string, region: Region): Region | undefined {
  return topic === 'image' ? common(movedBy(region, REGION), REGION) : common(region, WHOLE_CAMERA);
}

function onImage(region: Region): Region | undefined {
  const part = common(region, REGION);
  return part && movedBy(part, REGION, -1);
}

/** One picture is enough. */
const oneClient = (stream: OpenedStream): number[] =>
  stream
    .clients()
    .filter(({ state }) => state === 'live')
    .slice(0, 1)
    .map(({ id }) => id);

// ── what they see

// Where it takes some work to make a panel a function stands for it, which is called when somebody looks.

function showSpectra(view: View, results: RunResults): void {
  const { counts, difference } = results.sums;
  const axes = { x: ENERGIES, xAxis: ENERGY, yAxis: PER_SHOT };
  view.show('spectra', () => ({
    kind: 'lines',
    title: 'laser on, laser off',
    note: `${counts.on} and ${counts.off} shots`,
    size: 'wide',
    ...axes,
    series: [
      { label: 'off', y: difference.offMean() },
      { label: 'on', y: difference.onMean() },
    ],
  }));
  view.show('difference', () => ({
    kind: 'difference',
    ...axes,
    on: difference.onMean(),
    off: difference.offMean(),
    difference: difference.difference(),
    error: difference.error(),
    onCount: counts.on,
    offCount: counts.off,
    nullTest: difference.nullTest(),
  }));
  view.show('recent', () => ({
    kind: 'lines',
    title: 'latest 30 updates',
    x: ENERGIES,
    xAxis: ENERGY,
    series: [{ label: 'photons', y: results.recent() }],
  }));
}

function showImages(view: View, { sums, region, frame }: RunResults): void {
  view.show('image', () => ({
    kind: 'image',
    title: 'first crystal',
    note: 'mean of all shots',
    size: 'tall',
    data: sums.image.map((photons) => photons / Math.max(1, sums.imageShots)),
    shape: [sums.rows, sums.columns],
    unit: 'photons/shot',
    region: null,
  }));
  if (region !== undefined) showRegion(view, region);
  else view.show('region', { kind: 'text', title: 'your region', size: 'medium', text: HOW_TO_DRAW });
  if (frame === undefined) return;
  const shape = [frame.length / columnsOf(WHOLE_CAMERA), columnsOf(WHOLE_CAMERA)] as const;
  const panel = { kind: 'image', title: 'whole camera, one shot', unit: 'photons', region: null } as const;
  view.show('camera', { ...panel, data: frame, shape });
}

/** The spectrum of what somebody has drawn: of the shots since then. */
function showRegion(view: View, { region, on, off, shots, photons }: RegionSums): void {
  const mean = (photons / Math.max(1, shots)).toFixed(1);
  view.show('region', {
    kind: 'lines',
    title: `region ${region.rows.join(':')}, ${region.columns.join(':')}`,
    note: `${shots} shots of ${mean} photons`,
    x: energiesOf(region),
    xAxis: ENERGY,
    yAxis: PER_SHOT,
    series: [
      { label: 'off', y: off.values.map((value) => value / Math.max(1, off.count)) },
      { label: 'on', y: on.values.map((value) => value / Math.max(1, on.count)) },
    ],
  });
}

function showControls(view: View, everyMs: number): void {
  view.show('controls', {
    kind: 'controls',
    controls: [
      {
        type: 'number',
        name: 'threshold',
        label: 'threshold / photons',
        value: THRESHOLD,
        min: 0,
        max: 2,
        step: 0.05,
      },
      {
        type: 'number',
        name: 'everyMs',
        label: 'update every / ms',
        value: everyMs,
        min: 20,
        max: 5000,
        step: 10,
      },
      { type: 'request', name: 'frame', label: 'whole camera' },
      { type: 'stop' },
    ],
  });
}

/** At the centres of the rows. */
function energiesOf({ rows: [from, to] }: Region): Float64Array {
  const geometry = new VonHamos(GEOMETRY);
  return Float64Array.from({ length: to - from }, (_, row) => geometry.energyAt(from + row + 0.5));
}
