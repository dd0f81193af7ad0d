/**
 * The rows of parley/live: three clients send updates to one master as fast as they can, with small values alone, and with whole
 * frames of a detector. A stream runs for minutes, so the time of these rows, and with it the warm-up, is longer than that of others: of
 * long frames few pass in a second, and four ranks compile for themselves on few cores until they have seen some thousands.
 */
import type { CaseKind } from './bench-case.ts';
import type { Row, Scale } from './row.ts';

const CLIENTS = 3;
/** The pickled header of mpidata with three arrays and a number; ours carries the same small values. */
const HEADER_BYTES = 346;
/** A whole camera, in single precision; `ranks/live.ts` has its shape. */
const FRAME_BYTES: number = 704 * 768 * Float32Array.BYTES_PER_ELEMENT;

export function liveRows(scale: Scale): Row[] {
  return [
    row(
      'live-updates',
      `small updates (${HEADER_BYTES} B), ${CLIENTS} clients`,
      'updates',
      HEADER_BYTES,
      500,
    ),
    row('live-frames', `frames of 704 × 768 float32, ${CLIENTS} clients`, 'bandwidth', FRAME_BYTES, 64),
  ];

  function row(kind: CaseKind, label: string, metric: Row['metric'], bytes: number, iterations: number): Row {
    const amounts =
      scale === 'tiny'
        ? { iterations: 2, batches: 2, milliseconds: 20 }
        : { iterations, batches: 40, milliseconds: scale === 'full' ? 3000 : 1000 };
    const benchCase = { kind, bytes, window: CLIENTS, ...amounts };
    return { id: kind, section: 'live', label, ranks: CLIENTS + 1, metric, benchCase };
  }
}
