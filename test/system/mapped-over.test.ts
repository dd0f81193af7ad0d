/** A file that is mapped over memory of WebAssembly: both see the same, and the memory outlives the mapping. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadLibc } from '#system/libc.js';
import { createMappedFile, openMappedFile } from '#system/mapped-file.js';
import { WASM_PAGE, WasmMemory } from '#system/web-assembly.js';

const directory = mkdtempSync(join(tmpdir(), 'parley-mapped-'));
after(() => rmSync(directory, { recursive: true }));

test('a file mapped over the beginning of a memory is what others map, and the rest is not', () => {
  const libc = loadLibc();
  const path = join(directory, 'file');
  const memory = WasmMemory.of(2 * WASM_PAGE)!;
  const over = createMappedFile(libc, path, WASM_PAGE, memory.buffer);
  const beside = openMappedFile(libc, path);
  assert.equal(over.memory, memory.buffer);
  new Uint8Array(memory.buffer)[5] = 42;
  new Uint8Array(memory.buffer)[WASM_PAGE] = 7;
  assert.equal(new Uint8Array(beside.memory)[5], 42);
  new Uint8Array(beside.memory)[6] = 43;
  assert.equal(new Uint8Array(memory.buffer)[6], 43);
  const file = readFileSync(path);
  assert.deepEqual([file.length, file[5], file[6]], [WASM_PAGE, 42, 43]);

  over.close();
  over.close();
  assert.equal(new Uint8Array(memory.buffer)[5], 0, 'memory of its own has come in its place');
  new Uint8Array(memory.buffer)[5] = 1;
  assert.equal(new Uint8Array(memory.buffer)[WASM_PAGE], 7);
  assert.equal(new Uint8Array(beside.memory)[5], 42);
  beside.close();
});

test('a file that is longer than the place is refused, and the place stays what it was', () => {
  const libc = loadLibc();
  const path = join(directory, 'long');
  const file = createMappedFile(libc, path, 3 * WASM_PAGE);
  const memory = WasmMemory.of(2 * WASM_PAGE)!;
  new Uint8Array(memory.buffer)[0] = 9;
  assert.throws(() => openMappedFile(libc, path, memory.buffer), /it has been made longer/);
  assert.equal(new Uint8Array(memory.buffer)[0], 9);
  file.close();
});
