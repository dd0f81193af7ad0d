/** Moving the thread to another processor: it is on another one afterwards, and may use as many as before. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { loadLibc } from '#system/libc.js';

/** Of the main thread, by the kernel's own account. */
function place(): { readonly processor: string; readonly allowed: string } {
  const fields = readFileSync('/proc/self/stat', 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ');
  const allowed = /^Cpus_allowed:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
  return { processor: fields[36] ?? '', allowed: allowed ?? '' };
}

test('a thread leaves its processor, and may come back', { skip: availableParallelism() < 2 }, () => {
  const libc = loadLibc();
  const seen = new Set<string>();
  const { allowed } = place();
  for (let k = 0; k < 50 && seen.size < 2; k++) {
    libc.leaveProcessor();
    seen.add(place().processor);
    assert.equal(place().allowed, allowed);
  }
  assert.equal(seen.size, 2);
});
