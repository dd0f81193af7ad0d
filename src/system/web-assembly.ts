/** What is used of WebAssembly, which TypeScript only knows as a part of browsers: memory, and code that works on it. */

interface Memory {
  readonly buffer: ArrayBuffer;
}

type Exports = Readonly<Record<string, unknown>>;

interface WebAssemblyNamespace {
  readonly Memory: new (descriptor: { initial: number; maximum: number }) => Memory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Exports>>,
  ) => { readonly exports: Exports };
}

/** A page of its memory, in bytes. */
export const WASM_PAGE: number = 2 ** 16;

/** Undefined where Node was told to do without (--jitless). */
const namespace = (globalThis as { WebAssembly?: WebAssemblyNamespace }).WebAssembly;

export class WasmMemory {
  readonly #assembly: WebAssemblyNamespace;
  readonly #memory: Memory;

  private constructor(assembly: WebAssemblyNamespace, memory: Memory) {
    this.#assembly = assembly;
    this.#memory = memory;
  }

  /** So many bytes, whole pages; null where there is no WebAssembly, or no room for the addresses that its memory takes. */
  static of(bytes: number): WasmMemory | null {
    if (namespace === undefined) return null;
    const pages = bytes / WASM_PAGE;
    try {
      return new WasmMemory(namespace, new namespace.Memory({ initial: pages, maximum: pages }));
    } catch {
      return null;
    }
  }

  get buffer(): ArrayBuffer {
    return this.#memory.buffer;
  }

  /** What a module exports that imports this memory as `memory` of `parley`; null where the machine lacks its instructions. */
  load(code: Uint8Array): Exports | null {
    try {
      const module = new this.#assembly.Module(code);
      return new this.#assembly.Instance(module, { parley: { memory: this.#memory } }).exports;
    } catch {
      return null;
    }
  }
}
