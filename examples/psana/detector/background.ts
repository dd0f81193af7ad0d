/**
 * What falls on the panel between the Bragg spots: photons per pixel and mean pulse, from the liquid that carries the
 * crystals (the broad ring of water at 3.2 Å) and from everything else near the beam (falling away from it), with what
 * geometry does to both: polarisation of the beam in the horizontal plane, solid angle of a flat detector, wide columns.
 */
import { columnEdge, COLUMNS, PIXEL_MM, PIXELS, relativeArea, ROWS } from './cspad-panel.ts';
import { GEOMETRY, type Geometry } from './crystal.ts';

const NEAR_BEAM = { photons: 1.15, falloff: 0.085 };
const WATER_RING = { photons: 0.7, centre: 0.31, width: 0.055 };
const EVERYWHERE = 0.12;

/** Expected background photons of each pixel for a pulse of mean energy. */
export function backgroundMap(geometry: Geometry = GEOMETRY): Float64Array {
  const map = new Float64Array(PIXELS);
  for (let row = 0; row < ROWS; row++) {
    const y = (row + 0.5 - geometry.beamRow) * PIXEL_MM;
    for (let column = 0; column < COLUMNS; column++) {
      const area = relativeArea(column);
      const x = (columnEdge(column) + area / 2 - geometry.beamColumn) * PIXEL_MM;
      const twoTheta = Math.atan2(Math.hypot(x, y), geometry.distance);
      const s = (2 / geometry.wavelength) * Math.sin(twoTheta / 2);
      const air = NEAR_BEAM.photons * Math.exp(-s / NEAR_BEAM.falloff);
      const water = WATER_RING.photons * Math.exp(-0.5 * ((s - WATER_RING.centre) / WATER_RING.width) ** 2);
      const horizontal = Math.sin(twoTheta) * Math.cos(Math.atan2(y, x));
      const polarisation = 1 - horizontal * horizontal;
      const solidAngle = Math.cos(twoTheta) ** 3;
      map[row * COLUMNS + column] = area * solidAngle * polarisation * (EVERYWHERE + air + water);
    }
  }
  return map;
}
