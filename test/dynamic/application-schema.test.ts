/** Application schemas: files that say what a spawn starts. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readSchema } from '#dynamic/application-schema.js';

const MALFORMED: Readonly<Record<string, RegExp>> = {
  'a.ts\n-np x b.ts': /schema:2: "x" is no number of processes/,
  '-np 0 b.ts': /:1: "0" is no number/,
  '-np': /:1: -np wants a value/,
  '-np 2': /:1: no program is named/,
  '-q 2 a.ts': /:1: the option -q is unknown; -np, -wd and -x are known/,
  '-x =1 a.ts': /-x =1 names no variable/,
  'a.ts "open': /a quote is not closed/,
  '# nothing\n\n': /it names no program/,
};

describe('an application schema', () => {
  let folder: string;
  let file: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-schema-'));
    file = join(folder, 'schema');
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const read = (text: string, base = {}): ReturnType<typeof readSchema> => {
    writeFileSync(file, text);
    return readSchema(file, { command: 'ignored', ...base });
  };

  it('has a line for each group of processes', () => {
    const text = `# a master and three slaves
      master.ts

      -np 3 -wd /tmp -x LEVEL=2 -x HOME -x EMPTY= slave.ts --fast "two words" # and a remark\r
      -n 1 -wdir sub a
      -c 2 b -np 7`;
    assert.deepEqual(read(text), [
      { command: 'master.ts', args: [], maxprocs: 1, env: {} },
      {
        command: 'slave.ts',
        args: ['--fast', 'two words'],
        maxprocs: 3,
        env: { LEVEL: '2', EMPTY: '' },
        wdir: '/tmp',
      },
      { command: 'a', args: [], maxprocs: 1, env: {}, wdir: 'sub' },
      { command: 'b', args: ['-np', '7'], maxprocs: 2, env: {} },
    ]);
  });

  it('takes quoted words, empty ones, and words put together of both', () => {
    const [command] = read(`a.ts "" 'it "is"' --name="two words" a#b "#" c'd'e`);
    assert.deepEqual(command?.args, ['', 'it "is"', '--name=two words', 'a#b', '#', 'cde']);
  });

  it('inherits what its lines do not say', () => {
    const base = {
      file: 'x',
      args: ['y'],
      maxprocs: 9,
      wdir: '/w',
      soft: '1:2',
      env: { A: '1', B: undefined },
    };
    assert.deepEqual(read('a\n-wd /v -x A=2 b', base), [
      { command: 'a', args: [], maxprocs: 1, wdir: '/w', soft: '1:2', env: { A: '1', B: undefined } },
      { command: 'b', args: [], maxprocs: 1, wdir: '/v', soft: '1:2', env: { A: '2', B: undefined } },
    ]);
  });

  for (const [text, message] of Object.entries(MALFORMED)) {
    it(`${JSON.stringify(text)} is refused`, () => {
      assert.throws(() => read(text), { code: 'MPI_ERR_ARG', message });
    });
  }

  it('that is not there is named', () => {
    const missing = join(folder, 'missing');
    assert.throws(() => readSchema(missing, { command: '' }), {
      code: 'MPI_ERR_ARG',
      message: /missing": ENOENT/,
    });
  });
});
