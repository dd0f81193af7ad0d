/** `exp=NAME:run=N`: runs of the simulated panel, ten seconds of a beam of 120 pulses each second. */
import { createPanelCalibration } from '../detector/calibration.ts';
import { ADU_PER_PHOTON, ASICS, COLUMNS, panelMaps, READ_NOISE_ADU, ROWS } from '../detector/cspad-panel.ts';
import { FrameGenerator } from '../detector/frame-generator.ts';
import type { Detector, Run, Source } from './source.ts';

const SIMULATED_EVENTS = 1200;
const DETECTOR = 'cspad';
/** Six photons in the highest pixel, and clear of the noise around it. */
const PEAKS = { threshold: 150, signalToNoise: 6 };

export function openSimulation(experiment: string, runs: readonly number[], seed: number): Source {
  return {
    runs,
    eventsPerRun: SIMULATED_EVENTS,
    nameOf: (run) => `${experiment}-r${String(run).padStart(4, '0')}`,
    openRun(number, detector = DETECTOR) {
      if (detector !== DETECTOR) {
        throw new Error(
          `Cannot find detector "${detector}" in experiment "${experiment}"; it has: ${DETECTOR}`,
        );
      }
      return Promise.resolve(simulatedRun(experiment, number, seed));
    },
  };
}

function simulatedRun(experiment: string, number: number, seed: number): Run {
  const maps = panelMaps(experiment, number, seed);
  const panel = { rows: ROWS, columns: COLUMNS, asics: ASICS, maps, readNoise: READ_NOISE_ADU };
  const detector: Detector = {
    name: DETECTOR,
    rows: ROWS,
    columns: COLUMNS,
    calibrate: createPanelCalibration(panel),
    peaks: PEAKS,
    mask: maps.mask,
    aduPerPhoton: ADU_PER_PHOTON,
  };
  // Made for the first frame: the master opens runs too, and reads none.
  let generator: FrameGenerator | undefined;
  return {
    events: SIMULATED_EVENTS,
    detector,
    frame(event) {
      generator ??= new FrameGenerator(experiment, number, seed, maps);
      return Promise.resolve(generator.generate(event)?.raw);
    },
    close: () => Promise.resolve(),
  };
}
