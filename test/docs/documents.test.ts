/** Every program in a document is right TypeScript, runs, and prints what stands below it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it, test } from 'node:test';
import { ROOT } from '../harness/parley-run.ts';
import { readDocument } from './document-programs.ts';
import { CompiledDocuments } from './run-documents.ts';

const DOCUMENTS = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)]
  .filter((file) => file.endsWith('.md'))
  .map((file) => readDocument(file, readFileSync(join(ROOT, file), 'utf8')));

describe('The documents', () => {
  const programs = DOCUMENTS.flatMap((document) => document.programs);
  const scenes = DOCUMENTS.flatMap((document) => document.scenes);
  let compiled: CompiledDocuments;
  before(() => {
    assert.ok(programs.length >= 25, `only ${programs.length} programs were found`);
    assert.ok(scenes.length >= 10, `only ${scenes.length} scenes were found`);
    compiled = new CompiledDocuments(programs, scenes);
  });
  after(() => {
    compiled.remove();
  });

  it('say what their programs do', async (context) => {
    const printed = await compiled.runPrograms();
    for (const program of programs) {
      await context.test(`${program.place} ${program.name} at ${program.ranks} ranks`, () => {
        assert.deepEqual(printed.get(program), [...program.prints].sort());
      });
    }
  });

  for (const scene of scenes) {
    it(`say what happens at ${scene.place} (${scene.commands.map(({ command }) => command).join(', ')})`, async () => {
      const printed = await compiled.runScene(scene);
      assert.deepEqual(
        printed,
        scene.commands.map(({ prints }) => [...prints].sort()),
      );
    });
  }
});

const block = (info: string, ...lines: string[]): string => ['```' + info, ...lines, '```', ''].join('\n');
const run = block('text', '$ npx parley run -n 2 ring.ts', 'it prints');

test('a program has the prelude before it', () => {
  const { programs, scenes } = readDocument(
    'a.md',
    block('ts prelude', 'const a = 1;') + block('ts', '// ring.ts', 'a;') + run,
  );
  const source = 'const a = 1;\n// ring.ts\na;';
  assert.deepEqual(programs, [{ place: 'a.md:4', name: 'ring.ts', ranks: 2, source, prints: ['it prints'] }]);
  assert.deepEqual(scenes, []);
});

test('programs that name each other, and commands side by side, are scenes', () => {
  const parent = block('ts', '// parent.ts', 'import "a";', 'spawn("child.ts");');
  const child = block('ts', '// child.ts', 'import "a";');
  const commands = ['$ node child.ts', 'hello', '$ npx parley run --slots 4 parent.ts; echo $?', '0'];
  const { programs, scenes } = readDocument('a.md', child + parent + block('text', ...commands));
  assert.deepEqual(programs, []);
  assert.deepEqual(
    scenes.map(({ files, ...scene }) => ({ ...scene, files: files.map(({ name }) => name) })),
    [
      {
        place: 'a.md:10',
        files: ['child.ts', 'parent.ts'],
        commands: [
          { command: 'node child.ts', prints: ['hello'] },
          { command: 'npx parley run --slots 4 parent.ts; echo $?', prints: ['0'] },
        ],
      },
    ],
  );
});

test('a program that nobody could run is refused', () => {
  assert.throws(() => readDocument('a.md', block('ts', 'a;') + run), /a\.md:1: .* begins with its name/);
  for (const next of ['', block('c', 'int a;'), block('text', '$ npx parley run -n 2 other.ts')])
    assert.throws(
      () => readDocument('a.md', block('ts', '// ring.ts') + next),
      /a\.md:1: nobody runs ring\.ts/,
    );
  const twice = block('ts', '// ring.ts') + run;
  assert.throws(() => readDocument('a.md', twice + twice), /a\.md:8: there is a ring\.ts already/);
});
