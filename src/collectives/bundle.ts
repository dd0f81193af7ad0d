/**
 * Several payloads in one message, for algorithms that combine what goes the same way. Nobody on the way looks inside:
 * a typed array stays raw, and a value is decoded where it is wanted.
 *
 *     │ length, type │ length, type │ … │ bytes │ bytes │ …      two words of four bytes each, little-endian
 *
 * How many there are both sides know. One alone travels as it is.
 */
import type { Payload } from '../engine/receive-payload.ts';
import { freshBytes } from '../engine/fresh-bytes.ts';
import { MPIError } from '../errors/mpi-error.ts';
import type { Endpoint } from '../p2p/endpoint.ts';
import { UINT8 } from '../wire/element-type.ts';

const ENTRY_BYTES = 8;

/** The payloads, of which there is at least one, as one. */
export function bundle(payloads: readonly Payload[]): Payload {
  const [first] = payloads;
  if (first !== undefined && payloads.length === 1) return first;
  let size = payloads.length * ENTRY_BYTES;
  let at = size;
  for (const { bytes } of payloads) size += bytes.length;
  const whole = freshBytes(size);
  const words = new DataView(whole.buffer, whole.byteOffset);
  for (const [index, { bytes, elementType }] of payloads.entries()) {
    words.setUint32(index * ENTRY_BYTES, bytes.length, true);
    words.setUint32(index * ENTRY_BYTES + 4, elementType, true);
    whole.set(bytes, at);
    at += bytes.length;
  }
  return { elementType: UINT8, bytes: whole };
}

/** The payloads in a bundle of `count`: views. Throws where it is no such bundle. */
export function unbundle(endpoint: Endpoint, payload: Payload, count: number): Payload[] {
  if (count === 1) return [payload];
  const { bytes } = payload;
  const payloads: Payload[] = [];
  let at = count * ENTRY_BYTES;
  if (bytes.length >= at) {
    const words = new DataView(bytes.buffer, bytes.byteOffset);
    for (let index = 0; index < count; index++) {
      const end = at + words.getUint32(index * ENTRY_BYTES, true);
      payloads.push({
        elementType: words.getUint32(index * ENTRY_BYTES + 4, true),
        bytes: bytes.subarray(at, end),
      });
      at = end;
    }
  }
  if (payloads.length === count && at === bytes.length) return payloads;
  throw new MPIError(
    'MPI_ERR_OTHER',
    `Cannot read the values that came together on ${endpoint.context.label()}: they are not ${String(count)} values; do all processes call the same verb with the same root?`,
  );
}
