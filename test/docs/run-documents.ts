/**
 * Runs programs of documents as their readers would: checks their types against the package's own, and starts them
 * with `parley run`. Programs of as many ranks share a launch, one after the other, since starting takes longer than all of
 * them together; each line that they print is marked with the program it came from.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT, startParley } from '../harness/parley-run.ts';
import type { DocumentProgram } from './document-programs.ts';

/** Imports one program after the other; what a program leaves behind would be taken by the next one. */
const BUNDLE = `
import { format } from 'node:util';
import { COMM_WORLD as world } from 'parley';

const between = await world.dup();
for (const index of process.argv.slice(2)) {
  console.log = (...words) => {
    for (const line of format(...words).split('\\n')) process.stdout.write(index + '\\t' + line + '\\n');
  };
  await import('./program-' + index + '.js');
  if (world.iprobe() !== undefined) throw new Error('program ' + index + ' leaves a message');
  await between.barrier();
}
`;

/** What each program printed, as sorted lines; rejects where one has wrong types or fails. */
export async function runDocumentPrograms(
  programs: readonly DocumentProgram[],
): Promise<Map<DocumentProgram, string[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'documents-'));
  try {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(ROOT, join(folder, 'node_modules/parley'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'bundle.js'), BUNDLE);
    compile(folder, programs);
    const printed = new Map(programs.map((program) => [program, [] as string[]]));
    for (const ranks of new Set(programs.map((program) => program.ranks))) {
      const indices = [...programs.keys()].filter((index) => programs[index]?.ranks === ranks);
      const run = startParley(
        ['run', '-n', String(ranks), '--no-label', join(folder, 'bundle.js'), ...indices.map(String)],
        { input: '' },
      );
      const { code, stdout } = await run.ended;
      await run.expectClean();
      assert.equal(code, 0, `${places(programs, indices)}\n${run.describe()}`);
      for (const line of stdout.split('\n').slice(0, -1)) {
        const [index, text = ''] = line.split('\t');
        printed.get(programs[Number(index)] as DocumentProgram)?.push(text);
      }
    }
    for (const lines of printed.values()) lines.sort();
    return printed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compile(folder: string, programs: readonly DocumentProgram[]): void {
  const files = programs.map(({ source }, index) => {
    const file = join(folder, `program-${index}.ts`);
    writeFileSync(file, `${source}\nexport {};\n`);
    return file;
  });
  const program = ts.createProgram(files, {
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    typeRoots: [join(ROOT, 'node_modules/@types')],
    types: ['node'],
  });
  const problems = ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const index = files.indexOf(file?.fileName ?? '');
    const line = file?.text.slice(0, start).split('\n').length ?? 0;
    const where = `${programs[index]?.place ?? 'no program'} (${file?.text.split('\n')[line - 1]?.trim()})`;
    return `${where}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
  assert.deepEqual(problems, []);
  program.emit();
}

function places(programs: readonly DocumentProgram[], indices: readonly number[]): string {
  return indices.map((index) => `program ${index} is ${programs[index]?.place}`).join('\n');
}
