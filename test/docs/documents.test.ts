/** Every program in a document is right TypeScript, runs, and prints what stands below it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../harness/parley-run.ts';
import { documentPrograms } from './document-programs.ts';
import { runDocumentPrograms } from './run-documents.ts';

const DOCUMENTS = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)].filter(
  (file) => file.endsWith('.md'),
);

test('the programs in the documents do what the documents say', async (context) => {
  const programs = DOCUMENTS.flatMap((file) =>
    documentPrograms(file, readFileSync(join(ROOT, file), 'utf8')),
  );
  assert.ok(programs.length >= 25, `only ${programs.length} programs were found`);
  const printed = await runDocumentPrograms(programs);
  for (const program of programs) {
    await context.test(`${program.place} ${program.name} at ${program.ranks} ranks`, () => {
      assert.deepEqual(printed.get(program), [...program.prints].sort());
    });
  }
});

test('a program that nobody could run is refused', () => {
  const block = (info: string, ...lines: string[]): string => ['```' + info, ...lines, '```', ''].join('\n');
  const run = block('text', '$ npx parley run -n 2 ring.ts', 'it prints');
  const good = documentPrograms(
    'a.md',
    block('ts prelude', 'const a = 1;') + block('ts', '// ring.ts', 'a;') + run,
  );
  assert.deepEqual(good, [
    {
      place: 'a.md:4',
      name: 'ring.ts',
      ranks: 2,
      source: 'const a = 1;\n// ring.ts\na;',
      prints: ['it prints'],
    },
  ]);
  assert.throws(() => documentPrograms('a.md', block('ts', 'a;') + run), /a\.md:1: .* begins with its name/);
  for (const next of ['', block('c', 'int a;'), block('text', '$ npx parley run -n 2 other.ts')]) {
    assert.throws(
      () => documentPrograms('a.md', block('ts', '// ring.ts') + next),
      /is followed by a text block/,
    );
  }
});
