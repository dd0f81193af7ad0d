/**
 * The shots of the light source, 120 each second: each has the event codes of the machine and the energy of its pulse, as a
 * function of (seed, run, event) alone.
 *
 * A pulse of self-amplified spontaneous emission is the sum of M independent modes: its energy has a Gamma distribution, of
 * relative width 1/√M. The gas detector measures it, with an error of its own.
 */
import { Random } from '../../psana/detector/random.ts';

export const SHOTS_PER_SECOND = 120;
/** The beam was on. */
export const CODE_BEAM = 137;
/** The shot was kept away from the sample. */
export const CODE_DROPPED = 162;
/** The pump laser has fired. */
export const CODE_LASER = 88;

const MODES = 12;
const NO_BEAM_SHARE = 0.01;
const DROPPED_SHARE = 0.03;
const LASER_SHARE = 0.5;
const GAS_DETECTOR_ERROR = 0.005;

export interface Shot {
  readonly run: number;
  readonly event: number;
  /** Seconds since the run began. */
  readonly seconds: number;
  readonly codes: readonly number[];
  /** 1 on average; 0 where nothing reaches the sample. */
  readonly pulseEnergy: number;
  /** What is known of it. */
  readonly gasDetector: number;
}

export function shotAt(seed: number, run: number, event: number): Shot {
  const random = new Random('vonhamos', 'shot', seed, run, event);
  const isBeam = random.uniform() >= NO_BEAM_SHARE;
  const isDropped = random.uniform() < DROPPED_SHARE;
  // In random order, so that nothing which drifts or alternates looks like an effect of the laser.
  const isLaser = random.uniform() < LASER_SHARE;
  const codes: number[] = [];
  if (isLaser) codes.push(CODE_LASER);
  if (isBeam) codes.push(CODE_BEAM);
  if (isDropped) codes.push(CODE_DROPPED);
  const pulseEnergy = isBeam && !isDropped ? random.gammaOfMeanOne(MODES) : 0;
  const gasDetector = pulseEnergy * (1 + GAS_DETECTOR_ERROR * random.normal());
  return { run, event, seconds: event / SHOTS_PER_SECOND, codes, pulseEnergy, gasDetector };
}

/** X-rays have met the sample. */
export const hasBeam = ({ codes }: Shot): boolean =>
  codes.includes(CODE_BEAM) && !codes.includes(CODE_DROPPED);
export const isLaserOn = ({ codes }: Shot): boolean => codes.includes(CODE_LASER);
