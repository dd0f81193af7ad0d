/** What is used of WebAssembly, which TypeScript only knows as a part of browsers. */

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** Compiled code; opaque. */
export type WasmModule = object;

interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

interface WebAssemblyNamespace {
  readonly Memory: new (descriptor: { initial: number; maximum: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => WasmInstance;
}

/** A page of its memory, in bytes. */
export const WASM_PAGE: number = 2 ** 16;

/** Undefined where Node was told to do without (--jitless). */
const namespace = (globalThis as { WebAssembly?: WebAssemblyNamespace }).WebAssembly;

/** So many bytes, whole pages; null where there is no WebAssembly, or no room for the addresses that its memory takes. */
export function wasmMemory(bytes: number): WasmMemory | null {
  if (namespace === undefined) return null;
  const pages = bytes / WASM_PAGE;
  try {
    return new namespace.Memory({ initial: pages, maximum: pages });
  } catch {
    return null;
  }
}

/** Compiles code; null where this machine lacks its instructions. */
export function wasmModule(bytes: Uint8Array): WasmModule | null {
  if (namespace === undefined) return null;
  try {
    return new namespace.Module(bytes);
  } catch {
    return null;
  }
}

/** What the module exports, with these imports. */
export function wasmExports(
  module: WasmModule,
  imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): Readonly<Record<string, unknown>> {
  if (namespace === undefined) throw new Error('There is no WebAssembly here');
  return new namespace.Instance(module, imports).exports;
}
