/** A job that does not go on explains itself: `Ctrl-\` says for each rank what it waits for, and so does the time limit. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { programFile, startRanks } from '../harness/run-ranks.ts';
import { withTimeEnough } from '../harness/time-enough.ts';

const LOOK_MS = 100;
/** What is run, which is compiled: its lines are its own. */
const LINES = readFileSync(programFile('hangs'), 'utf8').split('\n');

/** `build/test/programs/hangs.js:12`, as it is said in a regular expression. */
function place(mark: string): string {
  const line = LINES.findIndex((text) => text.includes(`// line: ${mark}`)) + 1;
  assert.ok(line > 0, mark);
  return `at build/test/programs/hangs\\.js:${line}`;
}

const AGE = String.raw`\d[\d.]* m?s`;
const WHO = (rank: number): string => String.raw`  rank ${rank} \(pid \d+, hangs\.js\): `;

/** In the order of ranks. */
const EXPECTED: readonly string[] = [
  `waits ${AGE} for rank 1 in recv \\(tag 5, "MPI_COMM_WORLD", 8 × Float64Array\\) ${place('blocks')}`,
  `awaits ${AGE} for rank 0 in recv \\(tag 5, "MPI_COMM_WORLD"\\) ${place('awaits')}`,
  `waits ${AGE} for rank \\d in barrier \\("MPI_COMM_WORLD"\\) ${place('barrier')}`,
  `awaits 2 things:\n      ${AGE} for rank 2 in recv \\("MPI_COMM_WORLD"\\) ${place('several')}\n` +
    `      ${AGE} for rank 6 in ssend \\(tag 9, "MPI_COMM_WORLD", \\d+ bytes, until it is received\\) ${place('several')}`,
  String.raw`computes \(does not wait\)`,
  String.raw`stopped \(SIGSTOP, or a debugger\)`,
  'runs, and has left MPI',
  `waits ${AGE} in accept \\("MPI_COMM_SELF", a client at its port\\) ${place('accepts')}`,
  `waits ${AGE} .*in spawn.* ${place('spawns')}`,
];
const SPAWNED = String.raw`  spawned job \d:\n    rank 0 \(pid \d+, hangs\.js\): waits ${AGE} for rank 7 in probe \(tag 3, "MPI_COMM_PARENT"\) at `;
const CIRCLE = 'a circle, in which nobody can go on: rank 0 waits for rank 1, rank 1 for rank 0\n';

describe('a job that does not go on', () => {
  it('says at Ctrl-\\ what each rank waits for, from whom, since when, where, and the circle', async () => {
    const run = startRanks('hangs', { ranks: EXPECTED.length, launcherArgs: ['--slots', '100'] });
    try {
      await run.waitForOutput(new RegExp(`(?:rank \\d begins\n[^]*){${EXPECTED.length}}`));
      const whole = [...EXPECTED.map((text, rank) => WHO(rank) + text), SPAWNED].map(
        (text) => new RegExp(text),
      );
      const missing = (): RegExp[] => {
        const last = run.stderr.split('parley: the ranks of this job:').at(-1) ?? '';
        return whole.filter((text) => !text.test(last));
      };
      // Some wait a little before they are noted, and rank 6 has its farewell to say.
      for (let look = 0; look < 200 && missing().length > 0; look++) {
        run.kill('SIGQUIT');
        await delay(LOOK_MS);
      }
      assert.deepEqual(missing(), [], run.describe());
      assert.ok(run.stderr.includes(CIRCLE), run.describe());
      run.kill('SIGTERM');
      assert.equal((await run.ended).code, 143);
      await run.expectClean();
    } finally {
      run.release();
    }
  });

  it('says the same when its time limit is reached', async () => {
    const states = [0, 1].map((rank) => new RegExp(WHO(rank) + (EXPECTED[rank] ?? '')));
    const { code, stderr, limitMs } = await withTimeEnough(states, async (limit) => {
      const run = startRanks('hangs', { ranks: 2, launcherArgs: ['--timeout', `${limit}ms`] });
      const result = await run.ended;
      await run.expectClean();
      return result;
    });
    assert.equal(code, 110);
    assert.match(stderr, new RegExp(`the time limit of ${limitMs / 1000} s is reached; ending the job:\n`));
    for (const state of states) assert.match(stderr, state);
    assert.ok(stderr.includes(CIRCLE), stderr);
  });
});
