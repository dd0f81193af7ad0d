/**
 * An example as it was compiled, in a folder of its own, whose programs start each other: the sources name sources. A process of
 * TypeScript takes several times as long to start where Node does not read it by itself.
 */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../harness/parley-run.ts';

export class CompiledExample {
  readonly #folder = mkdtempSync(join(tmpdir(), 'example-'));

  /** @param name its folder in examples/ */
  constructor(name: string) {
    mkdirSync(join(this.#folder, 'node_modules'));
    symlinkSync(ROOT, join(this.#folder, 'node_modules/parley'));
    writeFileSync(join(this.#folder, 'package.json'), '{ "type": "module" }');
    for (const from of ['build/examples', 'examples'].map((parent) => join(ROOT, parent, name))) {
      for (const file of readdirSync(from).filter((each) => /\.(?:js|schema)$/.test(each))) {
        const text = readFileSync(join(from, file), 'utf8');
        writeFileSync(join(this.#folder, file), text.replaceAll(/(?<=\w)\.ts\b/g, '.js'));
      }
    }
  }

  /** The file of a program. */
  program(name: string): string {
    return join(this.#folder, `${name}.js`);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
