/**
 * Keeps what V8 made of the scripts, in `.cache/` beside dist/: a folder for each version of V8, set of its options and kind
 * of processor, since code of one is nothing for another. A script's name contains a hash of its text, so a file never belongs to
 * another text than its script has.
 *
 *     .cache/c3561e87/index-5SQGEQ3X.code
 *
 * Only the package's owner writes here, whatever the umask, for what lies here is run: who runs somebody else's package, as root perhaps, leaves nothing in it. Where nothing
 * can be written all goes on as without: a script is compiled.
 */

// See script-loader.
const { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = process.getBuiltinModule('node:fs');
const path = process.getBuiltinModule('node:path');
const { cachedDataVersionTag } = process.getBuiltinModule('node:v8');

export class CodeCache {
  readonly #root: string;
  readonly #folder: string;

  /** `root` is the package's folder. */
  constructor(root: string) {
    this.#root = root;
    this.#folder = path.join(root, '.cache', cachedDataVersionTag().toString(16));
  }

  /** Null where there is none. V8 looks whether it can use it, and says so. */
  read(name: string): Buffer | null {
    try {
      const code = readFileSync(this.#fileOf(name));
      // Node takes none at all for code that V8 has accepted.
      return code.length === 0 ? null : code;
    } catch {
      return null;
    }
  }

  /** At once or not at all, since others may be reading, and writing the same. */
  write(name: string, code: Buffer): void {
    try {
      if (statSync(this.#root).uid !== process.geteuid?.()) return;
      mkdirSync(this.#folder, { recursive: true, mode: 0o755 });
      const unfinished = `${this.#fileOf(name)}.${process.pid}`;
      writeFileSync(unfinished, code, { mode: 0o644 });
      renameSync(unfinished, this.#fileOf(name));
    } catch {
      // A folder that may not be written, a full disk: the next process compiles as this one did.
    }
  }

  #fileOf(name: string): string {
    return path.join(this.#folder, `${name}.code`);
  }
}
