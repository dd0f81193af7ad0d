/** The list of verbs is complete: what is done to all of them reaches every one. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Intercommunicator, Intracommunicator } from '#api/intracommunicator.js';
import { BLOCKING_VERBS, NO_VERBS, VERBS } from '#api/verbs.js';

/** What the classes have for themselves and for each other. */
const INNER = ['constructor', 'start', 'run', 'duplicateAttributes'];

function methodsOf(prototype: object): string[] {
  const names: string[] = [];
  for (
    let at: object | null = prototype;
    at !== null && at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object
  ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at)))
      if (typeof value === 'function') names.push(name);
  }
  return [...new Set(names)].filter((name) => !INNER.includes(name)).sort();
}

it('every method of a communicator is in the list of verbs, or known to be none', () => {
  const methods = [...methodsOf(Intracommunicator.prototype), ...methodsOf(Intercommunicator.prototype)];
  const known = new Set([...VERBS, ...NO_VERBS]);
  assert.deepEqual(
    methods.filter((name) => !known.has(name)),
    [],
  );
  // A blocking twin is there exactly where its verb is.
  for (const verb of BLOCKING_VERBS)
    assert.equal(methods.includes(verb), methods.includes(verb.slice(0, -'Sync'.length)), verb);
});
