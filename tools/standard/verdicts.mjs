/**
 * Judges the names that the rows claim: done where the compiled types have it and a test uses it, to come where the
 * contract promises it and it is pending, else a problem. Remembers what was asked for, so that in the end a public name
 * that no row mentions is a problem, too.
 */

/** As many tests are shown of a row. */
const TESTS_SHOWN = 2;

export class Verdicts {
  #names;
  #uses;
  #pending;
  #problems = new Set();
  #mentioned = new Set();

  constructor(names, uses, pending) {
    this.#names = names;
    this.#uses = uses;
    this.#pending = pending;
  }

  /** Judges the names of one row (`'comm.send comm.recv'`). */
  judge(row, ours) {
    const done = [];
    const toCome = [];
    const tests = new Map();
    for (const name of ours.split(' ')) {
      this.#mentioned.add(name);
      const declarations = this.#names.declarations(name);
      if (this.#isPending(name)) {
        toCome.push(name);
      } else if (declarations.length === 0) {
        this.#problems.add(`${row} names ${name}, which does not exist`);
      } else {
        done.push(name);
        const users = this.#uses.of(declarations);
        if (users.length === 0) this.#problems.add(`no test uses ${name} (${row})`);
        users
          .slice(0, TESTS_SHOWN)
          .forEach((test, place) => tests.set(test, Math.min(place, tests.get(test) ?? place)));
      }
    }
    const best = [...tests].sort((a, b) => a[1] - b[1]).map(([test]) => test);
    return { done, toCome, tests: best.slice(0, TESTS_SHOWN) };
  }

  report(problem) {
    this.#problems.add(problem);
  }

  /** All that is wrong, once every row is judged. */
  problems() {
    const names = new Set(this.#names.all());
    for (const name of names) {
      // What Communicator or Status has, their kinds have from it.
      const inherited = name.replace(/^(intra|inter)\./, 'comm.').replace(/^message\./, 'status.');
      if (this.#mentioned.has(name) || (inherited !== name && names.has(inherited))) continue;
      this.#problems.add(
        `${name} is public and stands in no row; give it one in functions.mjs or beyond.mjs`,
      );
    }
    return this.#problems;
  }

  #isPending(name) {
    const label = this.#names.label(name);
    return this.#pending.some((entry) => label === entry || label.startsWith(`${entry}.`));
  }
}
