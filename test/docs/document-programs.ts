/**
 * The programs in a document: fenced `ts` blocks, each followed by a `text` block with the command that runs it and what it
 * prints.
 *
 *     ```ts                     ```ts prelude                         ```text
 *     // ring.ts                import * as MPI from 'parley';        $ npx parley run -n 3 ring.ts
 *     …                         …                                     rank 0 …
 *     ```                       ```                                   ```
 *
 * A prelude is what the programs after it begin with, unless they import for themselves. Every `ts` block is one or the other.
 */
export interface DocumentProgram {
  /** Where it stands, `docs/from-c-mpi.md:40`. */
  readonly place: string;
  /** `ring.ts` */
  readonly name: string;
  readonly ranks: number;
  readonly source: string;
  /** The lines that it prints; those of different ranks come in any order. */
  readonly prints: readonly string[];
}

interface Block {
  readonly line: number;
  readonly language: string;
  readonly words: readonly string[];
  readonly text: string;
}

const NAME = /^\/\/ (\S+\.ts)$/;
const COMMAND = /^\$ npx parley run -n (\d+) (\S+)$/;

/** @throws where a `ts` block is neither a prelude nor a program that is run. */
export function documentPrograms(file: string, text: string): DocumentProgram[] {
  const programs: DocumentProgram[] = [];
  let prelude = '';
  const blocks = fencedBlocks(text);
  for (const [index, { line, language, words, text: source }] of blocks.entries()) {
    if (language !== 'ts') continue;
    if (words.includes('prelude')) {
      prelude = source;
      continue;
    }
    const place = `${file}:${line}`;
    const next = blocks[index + 1];
    const [command = '', ...prints] = next?.language === 'text' ? next.text.split('\n') : [];
    const [, ranks, run] = COMMAND.exec(command) ?? [];
    const name = NAME.exec(source.split('\n')[0] ?? '')?.[1];
    if (name === undefined) throw new Error(`${place}: a program begins with its name, "// ring.ts"`);
    if (run !== name) {
      throw new Error(
        `${place}: ${name} is followed by a text block that begins with "$ npx parley run -n 3 ${name}"`,
      );
    }
    programs.push({
      place,
      name,
      ranks: Number(ranks),
      source: /^import /m.test(source) ? source : `${prelude}\n${source}`,
      prints,
    });
  }
  return programs;
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
