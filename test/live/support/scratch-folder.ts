/** A folder for the files of one test, gone when the test is over. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

export function scratchFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-live-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
