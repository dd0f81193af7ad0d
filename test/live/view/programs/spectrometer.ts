/** What the demonstration shows: one tick is a hundredth of a second of an experiment. */
import type { ViewFeedback } from '#live/view/feedback.js';
import type { ClientShown } from '#live/view/panel.js';
import type { View } from '#live/view/serve-view.js';
import {
  COLUMNS,
  emission,
  energyAxis,
  meanFrame,
  noisyFrame,
  normal,
  type Random,
  ROWS,
  seeded,
  SPECTRUM_POINTS,
} from './spectrometer-data.js';

const BINS = 80;

export class Spectrometer {
  readonly #view: Pick<View, 'show'>;
  readonly #random: Random;
  readonly #mean = meanFrame();
  readonly #frame = new Float32Array(ROWS * COLUMNS);
  readonly #energies = energyAxis();
  readonly #sums = { on: new Float64Array(SPECTRUM_POINTS), off: new Float64Array(SPECTRUM_POINTS) };
  readonly #shots = { on: 0, off: 0 };
  readonly #pulses = new Float64Array(BINS);
  readonly #correlated = new Float64Array(64 * 48);
  readonly #scatter = { x: new Float32Array(1500), y: new Float32Array(1500) };
  #events = 0;
  #threshold = 60;

  constructor(view: Pick<View, 'show'>, seed: number) {
    this.#view = view;
    this.#random = seeded(seed);
  }

  hear(said: ViewFeedback): void {
    if (said.type === 'setting' && said.name === 'threshold') this.#threshold = Number(said.value);
  }

  tick(tick: number): void {
    this.#count();
    if (tick % 3 === 0) this.#showFrame(tick);
    if (tick % 5 === 0) this.#showSpectra();
    if (tick % 10 === 0) this.#showSlow(tick);
    const energy = 2.1 + 0.25 * Math.sin(tick / 90) + 0.12 * normal(this.#random);
    if (tick % 10 === 0)
      this.#view.show('pulse energy', {
        kind: 'strip',
        title: 'Pulse energy and hit rate',
        values: {
          'pulse energy': energy,
          'hit rate': 1.1 + 0.2 * Math.sin(tick / 200) + 0.05 * normal(this.#random),
        },
        yAxis: { label: 'energy', unit: 'mJ' },
        pointsMax: 1200,
      });
    if (tick % 10 === 0) this.#showClients();
  }

  #count(): void {
    const random = this.#random;
    this.#events += 1;
    const isOn = random() < 0.5;
    const sum = isOn ? this.#sums.on : this.#sums.off;
    for (let index = 0; index < SPECTRUM_POINTS; index += 1) {
      const mean = emission(this.#energies[index] ?? 0, isOn) / 40;
      sum[index]! += Math.max(0, mean + Math.sqrt(mean) * normal(random));
    }
    this.#shots[isOn ? 'on' : 'off'] += 1;
    for (let pulse = 0; pulse < 20; pulse += 1) {
      const energy = Math.abs(2.1 + 0.45 * normal(random)) * 30;
      const bin = Math.floor(energy / 2);
      if (bin < BINS) this.#pulses[bin]! += 1;
      const place = (this.#events * 20 + pulse) % this.#scatter.x.length;
      const signal = energy * 0.8 + 7 * normal(random);
      this.#scatter.x[place] = energy / 30;
      this.#scatter.y[place] = signal;
      const [column, row] = [Math.floor((energy / 120) * 64), Math.floor((signal / 100) * 48)];
      if (column < 64 && row >= 0 && row < 48) this.#correlated[row * 64 + column]! += 1;
    }
  }

  #showFrame(tick: number): void {
    noisyFrame(this.#mean, this.#frame, this.#random, 1 + 0.15 * Math.sin(tick / 50));
    this.showFrame(this.#frame);
  }

  showFrame(data: Float32Array): void {
    this.#view.show('camera', {
      kind: 'image',
      title: 'ePix100',
      note: 'latest frame',
      data,
      shape: [ROWS, COLUMNS],
      unit: 'photons',
      colorMap: 'inferno',
      scale: 'sqrt',
      region: { rows: [120, 560], columns: [96, 142] },
    });
  }

  #showSpectra(): void {
    const { on, off } = this.#sums;
    const [nOn, nOff] = [Math.max(1, this.#shots.on), Math.max(1, this.#shots.off)];
    const [meanOn, meanOff] = [on.map((sum) => sum / nOn), off.map((sum) => sum / nOff)];
    const error = meanOn.map((mean, index) => Math.sqrt(mean / nOn + (meanOff[index] ?? 0) / nOff));
    const axes = { xAxis: { label: 'photon energy', unit: 'eV' }, yAxis: { label: 'photons per shot' } };
    const x = this.#energies;
    const series = [
      { label: 'laser off', y: meanOff, error: meanOff.map((mean) => Math.sqrt(mean / nOff)) },
      { label: 'laser on', y: meanOn, error: meanOn.map((mean) => Math.sqrt(mean / nOn)) },
    ];
    this.#view.show('spectra', {
      kind: 'lines',
      title: 'Emission spectra',
      note: 'Fe Kβ',
      x,
      series,
      ...axes,
    });
    const nullTest = { chiSquare: 470 + 18 * Math.sin(this.#events / 100), degreesOfFreedom: 470 };
    this.#view.show('difference', {
      kind: 'difference',
      title: 'On − off',
      x,
      on: meanOn,
      off: meanOff,
      error,
      onCount: this.#shots.on,
      offCount: this.#shots.off,
      nullTest,
      ...axes,
    });
  }

  #showSlow(tick: number): void {
    const random = this.#random;
    const view = this.#view;
    view.show('status', {
      kind: 'status',
      run: 54,
      step: 1 + Math.floor(tick / 3000),
      state: 'running',
      events: this.#events,
      rate: 119.6 + random() * 0.7,
      hitRate: 0.1 + 0.01 * random(),
    });
    view.show('readings', {
      kind: 'scalars',
      title: 'Readings',
      values: [
        { label: 'photon energy', value: 7112.4 + 0.3 * normal(random), unit: 'eV', digits: 5 },
        {
          label: 'saturated pixels',
          value: Math.max(0, Math.round(6 + 9 * Math.sin(tick / 100))),
          alarm: { above: 10, hysteresis: 2, level: 'warning' },
        },
        { label: 'sample jet', value: 21.6 + 0.1 * normal(random), unit: 'µm' },
        { label: 'detector', value: -14.8 + 0.02 * normal(random), unit: '°C', alarm: { above: -10 } },
        { label: 'dropped shots', value: 0.2, unit: '%', digits: 1 },
        {
          label: 'vacuum',
          value: 3.1e-7 * (1 + 0.01 * normal(random)),
          unit: 'mbar',
          digits: 2,
          alarm: { above: 1e-6 },
        },
      ],
    });
    if (tick === 0) this.#showControls();
    view.show('pulses', {
      kind: 'histogram',
      title: 'Pixel values',
      edges: Float64Array.from({ length: BINS + 1 }, (_, edge) => edge * 2),
      counts: this.#pulses,
      above: 12,
      xAxis: { label: 'signal', unit: 'ADU' },
      threshold: { name: 'threshold', value: this.#threshold },
    });
    view.show('correlation', {
      kind: 'scatter',
      title: 'Signal against pulse energy',
      x: this.#scatter.x,
      y: this.#scatter.y,
      xAxis: { label: 'pulse energy', unit: 'mJ' },
      yAxis: { label: 'signal', unit: 'photons' },
    });
    view.show('density', {
      kind: 'histogram2d',
      title: 'Density',
      counts: this.#correlated,
      shape: [48, 64],
      x: { label: 'pulse energy', unit: 'mJ', from: 0, to: 4 },
      y: { label: 'signal', unit: 'photons', from: 0, to: 100 },
      colorMap: 'magma',
    });
  }

  #showClients(): void {
    this.#view.show('clients', {
      kind: 'clients',
      title: 'Clients',
      rows: Array.from({ length: 8 }, (_, rank) => this.#client(rank + 1)),
    });
  }

  #showControls(): void {
    this.#view.show('controls', {
      kind: 'controls',
      title: 'Settings of the clients',
      controls: [
        {
          type: 'number',
          name: 'threshold',
          label: 'Threshold',
          value: 60,
          min: 0,
          max: 200,
          step: 1,
          unit: 'ADU',
        },
        {
          type: 'number',
          name: 'rate',
          label: 'Update rate',
          value: 12,
          min: 1,
          max: 60,
          step: 1,
          unit: 'Hz',
        },
        { type: 'choice', name: 'axis', label: 'Project on', value: 'rows', options: ['rows', 'columns'] },
        { type: 'switch', name: 'commonMode', label: 'Common mode', value: true },
        { type: 'request', name: 'frame', label: 'Send one frame' },
        { type: 'stop' },
      ],
    });
  }

  #client(rank: number): ClientShown {
    const state = rank === 7 ? 'silent' : rank === 8 ? 'failed' : 'live';
    const isLive = state === 'live';
    return {
      name: `daq-xcs-mon0${rank}`,
      rank,
      state,
      run: 54,
      step: 1,
      updatesPerSecond: isLive ? 11.4 + rank * 0.15 + 0.3 * this.#random() : 0,
      bytesPerSecond: isLive ? 1.13e6 + rank * 21_000 : 0,
      lagMs: isLive ? 2 + 3 * this.#random() : 940,
      queued: rank === 4 ? 3 : 0,
      lost: rank === 8 ? 17 : 0,
      lastSeen: Date.now() - (isLive ? 40 * this.#random() : rank === 7 ? 6400 : 131_000),
      ...(state === 'failed' ? { error: 'its process has ended' } : {}),
    };
  }
}
