/**
 * Loads the scripts of dist/scripts/, of which the bundle's modules consist (tools/bundle.mjs). A script is one expression, a
 * function that is given the means to load others and returns what it exports:
 *
 *     (function (load, require, meta) { … return { … }; })
 *
 * Modules would do the same, but Node compiles modules anew in each process, and lets in its own only by a detour; that took
 * half of the time from an empty process to one that has loaded the library. The code of a script is kept (code-cache).
 */
import { CodeCache } from './code-cache.ts';

// Imported, these would be made modules first, with all that they export, streams among it: some 4 ms.
const { readFileSync } = process.getBuiltinModule('node:fs');
const { createRequire } = process.getBuiltinModule('node:module');
const { fileURLToPath } = process.getBuiltinModule('node:url');
const { Script } = process.getBuiltinModule('node:vm');

type Exports = Readonly<Record<string, unknown>>;
type Load = (name: string) => Exports;

/** What a script has of modules: what `import.meta` is to them, and `import()`, of packages and by whole URLs. */
interface Meta {
  readonly url: string;
  resolve(specifier: string): string;
  import(specifier: string): Promise<unknown>;
}

/** A module of the package, whose name for a package is its own. */
type Surroundings = Pick<Meta, 'resolve' | 'import'>;

type Body = (load: Load, require: NodeJS.Require, meta: Meta) => Exports;

export class ScriptLoader {
  readonly #folder: URL;
  readonly #cache: CodeCache;
  readonly #surroundings: Surroundings;
  readonly #require: NodeJS.Require;
  /** What each gave when it ran, by name; what one has thrown it throws again. */
  readonly #outcomes = new Map<string, () => Exports>();

  /** `folder` ends with a slash. */
  constructor(folder: URL, cache: CodeCache, surroundings: Surroundings) {
    this.#folder = folder;
    this.#cache = cache;
    this.#surroundings = surroundings;
    this.#require = createRequire(folder);
  }

  /** What a script exports, by its name without ending; it runs the first time. */
  readonly load: Load = (name) => {
    let outcome = this.#outcomes.get(name);
    if (outcome === undefined) {
      outcome = this.#run(name);
      this.#outcomes.set(name, outcome);
    }
    return outcome();
  };

  #run(name: string): () => Exports {
    try {
      const { url, body } = this.#compile(name);
      const exports = body(this.load, this.#require, { url, ...this.#surroundings });
      return () => exports;
    } catch (error) {
      return () => {
        throw error;
      };
    }
  }

  #compile(name: string): { url: string; body: Body } {
    const { href } = new URL(`${name}.cjs`, this.#folder);
    // The bundler writes ASCII, which takes no decoding this way.
    const source = readFileSync(fileURLToPath(href), 'latin1');
    const cachedData = this.#cache.read(name);
    const script = new Script(source, {
      filename: href,
      ...(cachedData === null ? {} : { cachedData }),
    });
    if (script.cachedDataRejected !== false) this.#cache.write(name, script.createCachedData());
    return { url: href, body: script.runInThisContext() as Body };
  }
}

const ROOT = new URL('../../', import.meta.url);

/** Those of the package. */
export const scripts: ScriptLoader = new ScriptLoader(
  new URL('dist/scripts/', ROOT),
  new CodeCache(fileURLToPath(ROOT)),
  {
    resolve: (specifier) => import.meta.resolve(specifier),
    import: (specifier) => import(specifier),
  },
);
