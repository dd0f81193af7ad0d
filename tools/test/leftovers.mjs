/** The tests' own way to find processes by a mark (test/harness/leftovers.ts), as it was compiled with them. */
const COMPILED = new URL('../../build/test/harness/leftovers.js', import.meta.url);

export const { endMarkedProcesses, markedProcesses, waitForNoProcess } = await import(COMPILED.href);
