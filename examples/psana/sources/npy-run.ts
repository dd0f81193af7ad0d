/**
 * `file=FRAMES.npy`: frames from a file that numpy wrote, one frame (2-D) or a stack of them (3-D), read one at a time.
 * Its values are taken as they are: calibrated frames, or counts.
 */
import path from 'node:path';
import { createIdentityCalibration } from '../detector/calibration.ts';
import { COLUMNS, ROWS } from '../detector/cspad-panel.ts';
import { NpyFile } from '../results/npy-file.ts';
import type { Run, Source } from './source.ts';

const DETECTOR = 'frames';
const PANEL = 'cspad';
const PEAKS = { threshold: 150, signalToNoise: 6 };

export async function openNpySource(file: string): Promise<Source> {
  const npy = await NpyFile.open(file);
  await npy.close();
  return {
    runs: [1],
    eventsPerRun: npy.frames,
    nameOf: () => path.basename(file).replace(/\.npy$/i, ''),
    openRun: (_run, detector = DETECTOR) => openNpyRun(file, detector),
  };
}

async function openNpyRun(file: string, detector: string): Promise<Run> {
  const npy = await NpyFile.open(file);
  const { rows, columns, frames } = npy;
  const isPanel = rows === ROWS && columns === COLUMNS;
  if (detector !== DETECTOR && !(detector === PANEL && isPanel)) {
    await npy.close();
    const known = isPanel ? `${DETECTOR}, ${PANEL}` : DETECTOR;
    const held = `frames of ${rows}x${columns}`;
    throw new Error(`Cannot find detector "${detector}" in "${file}", which holds ${held}; it has: ${known}`);
  }
  const calibrate = createIdentityCalibration(rows * columns);
  return {
    events: frames,
    detector: { name: detector, rows, columns, calibrate, peaks: PEAKS },
    frame: (event) => npy.read(event),
    close: () => npy.close(),
  };
}
