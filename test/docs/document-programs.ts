/**
 * The programs in a document: fenced `ts` blocks, and the `text` blocks below them with the commands that run them and what
 * they print.
 *
 *     ```ts                     ```ts prelude                         ```text
 *     // ring.ts                import * as MPI from 'parley';        $ npx parley run -n 3 ring.ts
 *     …                         …                                     rank 0 …
 *     ```                       ```                                   ```
 *
 * A prelude is what the programs after it begin with, unless they import for themselves. A `text` block with several commands
 * is that of several terminals: they run side by side. A program that no command names has to be named by another one, which
 * spawns it.
 */

/** A program of the document, as a file. */
export interface DocumentFile {
  /** Where it stands, `docs/from-c-mpi.md:40`. */
  readonly place: string;
  /** `ring.ts` */
  readonly name: string;
  readonly source: string;
}

/** A program that takes one command and nobody else. */
export interface DocumentProgram extends DocumentFile {
  readonly ranks: number;
  /** The lines that it prints; those of different ranks come in any order. */
  readonly prints: readonly string[];
}

/** Commands that are run side by side, in a directory with all programs that stand above them. */
export interface DocumentScene {
  readonly place: string;
  readonly files: readonly DocumentFile[];
  readonly commands: readonly { readonly command: string; readonly prints: readonly string[] }[];
}

export interface DocumentContents {
  readonly programs: readonly DocumentProgram[];
  readonly scenes: readonly DocumentScene[];
}

interface Block {
  readonly line: number;
  readonly language: string;
  readonly words: readonly string[];
  readonly text: string;
}

const NAME = /^\/\/ (\S+\.ts)$/;
const SIMPLE = /^npx parley run -n (\d+) (\S+)$/;

/** @throws where a `ts` block is neither a prelude nor a program that is run. */
export function readDocument(file: string, text: string): DocumentContents {
  const programs: DocumentProgram[] = [];
  const scenes: DocumentScene[] = [];
  const files: DocumentFile[] = [];
  let prelude = '';
  for (const { line, language, words, text: source } of fencedBlocks(text)) {
    const place = `${file}:${line}`;
    if (language === 'ts' && words.includes('prelude')) {
      prelude = source;
    } else if (language === 'ts') {
      const name = NAME.exec(source.split('\n')[0] ?? '')?.[1];
      if (name === undefined) throw new Error(`${place}: a program begins with its name, "// ring.ts"`);
      if (files.some((other) => other.name === name)) throw new Error(`${place}: there is a ${name} already`);
      files.push({ place, name, source: /^import /m.test(source) ? source : `${prelude}\n${source}` });
    } else if (language === 'text' && source.startsWith('$ ')) {
      const commands = commandsOf(source);
      const program = programAlone(files, commands);
      if (program === null) scenes.push({ place, files: [...files], commands });
      else programs.push(program);
    }
  }
  for (const { place, name } of files) {
    const others = files.filter((other) => other.name !== name).map((other) => other.source);
    const commands = [...programs.map((program) => program.name), ...scenes.flatMap(commandTexts)];
    if ([...others, ...commands].some((words) => words.includes(name))) continue;
    throw new Error(
      `${place}: nobody runs ${name}; it is followed by a text block with "$ npx parley run …"`,
    );
  }
  return { programs, scenes };
}

const commandTexts = ({ commands }: DocumentScene): string[] => commands.map(({ command }) => command);

function commandsOf(text: string): { command: string; prints: string[] }[] {
  const commands: { command: string; prints: string[] }[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('$ ')) commands.push({ command: line.slice(2), prints: [] });
    else commands.at(-1)?.prints.push(line);
  }
  return commands;
}

/** The program that one plain command runs, and that names no other; null where it is not as simple as that. */
function programAlone(
  files: readonly DocumentFile[],
  [first, ...more]: DocumentScene['commands'],
): DocumentProgram | null {
  const [, ranks, name] = SIMPLE.exec(first?.command ?? '') ?? [];
  const file = files.find((one) => one.name === name);
  if (first === undefined || file === undefined || more.length > 0) return null;
  if (files.some((other) => other !== file && file.source.includes(other.name))) return null;
  return { ...file, ranks: Number(ranks), prints: first.prints };
}

function fencedBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index++) {
    const fence = /^```(.*)$/.exec(lines[index] ?? '');
    if (fence === null) continue;
    const end = lines.indexOf('```', index + 1);
    const [language = '', ...words] = (fence[1] ?? '').split(' ');
    blocks.push({ line: index + 1, language, words, text: lines.slice(index + 1, end).join('\n') });
    index = end;
  }
  return blocks;
}
