/** Puts a label before each line of a piece of output. Works on bytes: what is no UTF-8 passes unharmed. */

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/**
 * Copies `bytes` with `label` before each line in it. The first byte begins a line where `startsLine` says so;
 * on a terminal (`returns`) a carriage return begins one too, so that a progress bar keeps its label.
 */
export function labelLines(bytes: Buffer, label: Buffer, startsLine: boolean, returns: boolean): Buffer {
  const parts: Buffer[] = [];
  let pending = startsLine;
  let start = 0;
  while (start < bytes.length) {
    const end = endOfSegment(bytes, start, returns);
    if (pending) parts.push(label);
    parts.push(bytes.subarray(start, end));
    pending = true;
    start = end;
  }
  return parts.length === 1 ? bytes : Buffer.concat(parts);
}

/** Whether the byte after `bytes` begins a line, as {@link labelLines} understands it. */
export function endsLine(bytes: Buffer, returns: boolean): boolean {
  const last = bytes.at(-1);
  return last === LINE_FEED || (returns && last === CARRIAGE_RETURN);
}

function endOfSegment(bytes: Buffer, start: number, returns: boolean): number {
  const lineEnd = bytes.indexOf(LINE_FEED, start);
  const end = lineEnd < 0 ? bytes.length : lineEnd + 1;
  if (!returns) return end;
  const carriageReturn = bytes.subarray(start, end).indexOf(CARRIAGE_RETURN);
  if (carriageReturn < 0) return end;
  const next = start + carriageReturn + 1;
  return bytes[next] === LINE_FEED ? end : next;
}
