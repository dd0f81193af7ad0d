/** The last words of a rank: bounded, and the last stack whole. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LastWords, lastLines } from '#runtime/output/last-words.js';

const numbered = (count: number): string =>
  Array.from({ length: count }, (_, index) => `line ${index}\n`).join('');

describe('last words', () => {
  it('are the last twenty lines', () => {
    const lines = lastLines(Buffer.from(numbered(50))).split('\n');
    assert.equal(lines.length, 20);
    assert.equal(lines[0], 'line 30');
    assert.equal(lines.at(-1), 'line 49');
  });

  it('hold the whole last stack with the line of its error', () => {
    const frames = Array.from({ length: 40 }, (_, index) => `    at f${index} (file.ts:${index}:1)\n`).join(
      '',
    );
    const report = `Error: broken\n${frames}{\n  code: 'E'\n}\n\nNode.js v20\n`;
    const words = lastLines(Buffer.from(`${numbered(5)}${report}`));
    assert.ok(words.startsWith('Error: broken\n    at f0'));
    assert.ok(words.endsWith('Node.js v20'));
  });

  it('are kept within a bound, whatever comes before', () => {
    const words = new LastWords();
    for (let index = 0; index < 1000; index++) words.push(Buffer.from(numbered(100)));
    words.push(Buffer.from('the end'));
    const text = words.text();
    assert.ok(text.endsWith('line 99\nthe end'));
    assert.ok(text.length < 20 * 1024);
  });

  it('are empty where nothing was said', () => {
    assert.equal(new LastWords().text(), '');
  });

  it('begin with a whole line', () => {
    const words = new LastWords();
    words.push(Buffer.from(`${'x'.repeat(20_000)}\nlast\n`));
    assert.equal(words.text(), 'last');
  });
});
