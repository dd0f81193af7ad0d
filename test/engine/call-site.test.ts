/** Which line of a stack is the program's. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { callSiteIn } from '#engine/call-site.js';

const stackOf = (...frames: readonly string[]): string =>
  ['Error', ...frames.map((frame) => `    at ${frame}`)].join('\n');

describe('callSiteIn', () => {
  test('finds the first frame of the program, be it named, a module or awaited', () => {
    assert.equal(
      callSiteIn(stackOf('work (/home/me/app.js:12:5)', 'main (/home/me/app.js:3:1)')),
      '/home/me/app.js:12:5',
    );
    assert.equal(callSiteIn(stackOf('file:///home/me/app.ts:7:9')), '/home/me/app.ts:7:9');
    assert.equal(
      callSiteIn(stackOf('async main (file:///home/my%20work/app.ts:7:9)')),
      '/home/my work/app.ts:7:9',
    );
    assert.equal(callSiteIn(stackOf('/home/my work/app.js:1:2')), '/home/my work/app.js:1:2');
  });

  test("passes over what is Node's own, or has no place", () => {
    const nodes = [
      'process.processTicksAndRejections (node:internal/process/task_queues:60:5)',
      'node:internal/modules/run_main:123:12',
      'new Promise (<anonymous>)',
    ];
    assert.equal(callSiteIn(stackOf(...nodes)), '');
    assert.equal(callSiteIn(stackOf(...nodes, 'async /home/me/app.js:4:2')), '/home/me/app.js:4:2');
  });

  test('passes over this package', () => {
    const inside = new URL('../../../dist/index.js', import.meta.url).pathname;
    assert.equal(
      callSiteIn(stackOf(`send (${inside}:1:2)`, 'main (/home/me/app.js:3:1)')),
      '/home/me/app.js:3:1',
    );
  });
});
