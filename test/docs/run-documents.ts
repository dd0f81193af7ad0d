/**
 * Runs programs of documents as their readers would: checks their types against the package's own, and starts them
 * with the commands that stand below them. Simple programs of as many ranks share a launch, one after the other, since starting
 * takes longer than all of them together; each line that they print is marked with the program it came from. Commands of a
 * scene run side by side, in a directory and on a host of their own.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { ParleyRun, ROOT, startParley } from '../harness/parley-run.ts';
import { makeSharedMemory } from '../runtime/shared-memory.ts';
import type { DocumentFile, DocumentProgram, DocumentScene } from './document-programs.ts';

/** Imports one program after the other; what a program leaves behind would be taken by the next one. */
const BUNDLE = `
import { format } from 'node:util';
import { COMM_WORLD as world } from 'parley';

const between = await world.dup();
for (const index of process.argv.slice(2)) {
  console.log = (...words) => {
    for (const line of format(...words).split('\\n')) process.stdout.write(index + '\\t' + line + '\\n');
  };
  await import('./program-' + index + '/program.js');
  if (world.iprobe() !== undefined) throw new Error('program ' + index + ' leaves a message');
  await between.barrier();
}
`;

/** What one command printed, as sorted lines. */
export type Printed = string[];

/** The compiled programs of documents, in a folder that is there until `remove`. */
export class CompiledDocuments {
  readonly #folder = mkdtempSync(join(tmpdir(), 'documents-'));
  readonly #programs: readonly DocumentProgram[];
  readonly #scenes: readonly DocumentScene[];

  /** Asserts that all have the right types. */
  constructor(programs: readonly DocumentProgram[], scenes: readonly DocumentScene[]) {
    this.#programs = programs;
    this.#scenes = scenes;
    mkdirSync(join(this.#folder, 'node_modules'));
    symlinkSync(ROOT, join(this.#folder, 'node_modules/parley'));
    writeFileSync(join(this.#folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(this.#folder, 'bundle.js'), BUNDLE);
    compile([
      ...programs.map((program, index) => ({
        folder: join(this.#folder, `program-${index}`),
        files: [{ ...program, name: 'program.ts' }],
      })),
      ...scenes.map((scene) => ({ folder: this.#folderOf(scene), files: scene.files })),
    ]);
  }

  /** Runs the simple programs; rejects where one fails. */
  async runPrograms(): Promise<Map<DocumentProgram, Printed>> {
    const programs = this.#programs;
    const printed = new Map(programs.map((program) => [program, [] as string[]]));
    for (const ranks of new Set(programs.map((program) => program.ranks))) {
      const indices = [...programs.keys()].filter((index) => programs[index]?.ranks === ranks);
      const args = ['run', '-n', String(ranks), '--no-label', join(this.#folder, 'bundle.js')];
      const run = startParley([...args, ...indices.map(String)], { input: '' });
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
  }

  /** Runs the commands of a scene side by side; what each printed. */
  async runScene(scene: DocumentScene): Promise<Printed[]> {
    const place = makeSharedMemory();
    const options = { cwd: this.#folderOf(scene), env: { PARLEY_SHM_DIR: place }, input: '' };
    const runs = scene.commands.map(
      ({ command }) => new ParleyRun(['/bin/sh', '-c', asCompiled(command)], options),
    );
    try {
      const printed: Printed[] = [];
      for (const run of runs) {
        const { code, stdout } = await run.ended;
        await run.expectClean();
        assert.equal(code, 0, run.describe());
        printed.push(stdout.split('\n').slice(0, -1).sort());
      }
      assert.deepEqual(readdirSync(place), []);
      return printed;
    } finally {
      for (const run of runs) run.release();
      rmSync(place, { recursive: true, force: true });
    }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #folderOf(scene: DocumentScene): string {
    return join(this.#folder, `scene-${this.#scenes.indexOf(scene)}`);
  }
}

/** The command as it is for compiled programs, with this checkout's launcher and this Node. */
function asCompiled(command: string): string {
  const parley = `'${process.execPath}' '${join(ROOT, 'bin/parley.js')}'`;
  return command
    .replaceAll('npx parley run', `${parley} run --no-label`)
    .replaceAll('npx parley', parley)
    .replace(/\bnode (?=\S+\.ts)/, `'${process.execPath}' `)
    .replaceAll(/(?<=[\w-])\.ts\b/g, '.js');
}

interface SourceFolder {
  readonly folder: string;
  readonly files: readonly DocumentFile[];
}

function compile(folders: readonly SourceFolder[]): void {
  const places = new Map<string, string>();
  for (const { folder, files } of folders) {
    mkdirSync(folder);
    for (const { place, name, source } of files) {
      const file = join(folder, name);
      writeFileSync(file, `${source}\nexport {};\n`);
      places.set(file, place);
    }
  }
  const program = ts.createProgram([...places.keys()], {
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
    const line = file?.text.slice(0, start).split('\n').length ?? 0;
    const where = `${places.get(file?.fileName ?? '') ?? 'no program'} (${file?.text.split('\n')[line - 1]?.trim()})`;
    return `${where}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
  assert.deepEqual(problems, []);
  for (const { folder, files } of folders) {
    // What is compiled spawns what is compiled.
    const asJavaScript = (text: string): string =>
      files.reduce((before, { name }) => before.replaceAll(name, name.replace(/\.ts$/, '.js')), text);
    for (const { name } of files) {
      program.emit(program.getSourceFile(join(folder, name)), (path, text) => {
        writeFileSync(path, asJavaScript(text));
      });
    }
  }
}

function places(programs: readonly DocumentProgram[], indices: readonly number[]): string {
  return indices.map((index) => `program ${index} is ${programs[index]?.place}`).join('\n');
}
