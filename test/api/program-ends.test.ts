/** What a program leaves behind when it ends is delivered, or nobody waits for it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runRanks } from '../harness/run-ranks.ts';

const DELIVERED: Readonly<Record<string, readonly [title: string, exitCode: number]>> = {
  unawaited: ['sends that nobody awaits are delivered after the program has come to its end', 0],
  buffered: ['so are buffered sends', 0],
  exit: ['process.exit(0) delivers what is pending', 0],
  finalize: ['finalize delivers what is pending', 0],
  'exit-code': ['an exit code that was set is kept, and what is pending is delivered', 5],
};

const UNMATCHED: Readonly<Record<string, string>> = {
  unmatched: 'sends that nobody receives end with their receiver',
  'unmatched-exit': 'so they do at process.exit(0)',
  'unmatched-self': 'sends to oneself that nobody receives hold no process',
  'unmatched-self-exit': 'nor do they at process.exit(0)',
  'unmatched-receives': 'receives that nobody awaits hold no process',
};

const UNDER_WAY: Readonly<Record<string, string>> = {
  'handled-receives': 'what is under way at the end is no error that a handler hears of',
  'fatal-receives': 'nor one that is fatal with ERRORS_ARE_FATAL',
  'errors-abort-receives': 'nor with ERRORS_ABORT',
  'fatal-finalize': 'nor at finalize, where an accept may be under way, too',
  'handled-finalize': 'nor do handlers hear of it there',
};

const UNANSWERED: Readonly<Record<string, readonly [title: string, exitCode: number]>> = {
  'abort-unanswered': ['abort waits for no answer to what was sent', 7],
  'abort-self-unanswered': ['nor does abort of COMM_SELF', 7],
  'fatal-unanswered': ['nor does an error with ERRORS_ARE_FATAL', 6],
  'errors-abort-unanswered': ['nor does one with ERRORS_ABORT', 6],
};

const IN_VAIN: Readonly<Record<string, string>> = {
  awaited: 'an awaited receive',
  blocked: 'a blocked receive',
  collective: 'a collective',
};

for (const [end, [title, exitCode]] of Object.entries(DELIVERED)) {
  test(title, async () => {
    // Else the others are ended at once where the exit code is one of a failure.
    const { stdout } = await runRanks('ends', { args: [end], exitCode, launcherArgs: ['--keep-going'] });
    assert.equal(stdout, 'ok everything came\n');
  });
}

for (const [end, title] of Object.entries(UNMATCHED)) {
  test(title, async () => {
    await runRanks('ends', { args: [end] });
  });
}

test('abort ends the job with its code, whatever the others do', async () => {
  await runRanks('ends', { args: ['abort'], exitCode: 7 });
  // Zero would say that all is well.
  await runRanks('ends', { args: ['abort-zero'], exitCode: 1 });
});

for (const [end, title] of Object.entries(UNDER_WAY)) {
  test(title, async () => {
    const { stdout, stderr } = await runRanks('ends', { args: [end] });
    assert.equal(stdout + stderr, '');
  });
}

test('what is begun after finalize is an error, and handled as one', async () => {
  const { stderr } = await runRanks('ends', { args: ['fatal-afterwards'], exitCode: 16 });
  assert.match(stderr, /ERRORS_ARE_FATAL says: .*has left MPI/);
});

for (const [end, [title, exitCode]] of Object.entries(UNANSWERED)) {
  test(title, async () => {
    await runRanks('ends', { args: [end], exitCode });
  });
}

for (const [end, what] of Object.entries(IN_VAIN)) {
  test(`${what} that waits for a rank which has left in good order says so`, async () => {
    const { stdout } = await runRanks('ends', { args: [end] });
    assert.equal(stdout, 'ok it was told\n');
  });
}
