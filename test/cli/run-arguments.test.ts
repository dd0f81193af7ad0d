/** The command line of `parley run`: what is read from it, and what is said about slips. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatDuration, parseDuration } from '#cli/duration.js';
import { parseRunArguments, type RunArguments } from '#cli/run-arguments.js';
import { UsageError } from '#cli/usage-error.js';

const DEFAULTS = { cores: 6, variables: { HOME: '/home/ada', EMPTY: '' } };

function parse(...args: string[]): RunArguments {
  const parsed = parseRunArguments(args, DEFAULTS);
  assert.ok(!('help' in parsed));
  return parsed;
}

function complaint(...args: string[]): string {
  try {
    parseRunArguments(args, DEFAULTS);
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return error.message;
  }
  return assert.fail(`accepted: ${args.join(' ')}`);
}

describe('the command line of parley run', () => {
  it('has defaults for everything but the program', () => {
    assert.deepEqual(parse('app.ts'), {
      groups: [{ program: 'app.ts', args: [], count: 6, variables: {}, workingDirectory: null, path: '' }],
      slots: 6,
      oversubscribe: true,
      warm: 0,
      stdin: 0,
      label: null,
      outputDirectory: null,
      timeLimitMs: null,
      graceMs: null,
      keepGoing: false,
      statusFile: null,
    });
  });

  it('reads all options', () => {
    const parsed = parse(
      '-n', '3', '-x', 'A=1', '-x', 'HOME', '-x', 'EMPTY', '--wdir', '/tmp', '--slots', '8', '--warm', '3', '--stdin', 'all', '--no-label',
      '--output', 'logs', '--timeout', '2m', '--grace', '5s', '--keep-going', '--status-file', 's.json', 'p', 'a',
    ); // prettier-ignore
    assert.deepEqual(parsed, {
      groups: [
        { program: 'p', args: ['a'], count: 3, variables: { A: '1', HOME: '/home/ada', EMPTY: '' }, workingDirectory: '/tmp', path: '' },
      ],
      slots: 8, oversubscribe: true, warm: 3, stdin: 'all', label: false, outputDirectory: 'logs', timeLimitMs: 120_000, graceMs: 5000,
      keepGoing: true, statusFile: 's.json',
    }); // prettier-ignore
    assert.equal(parse('--label', 'p').label, true);
    assert.equal(parse('-n4', 'p').groups[0]?.count, 4);
  });

  it('takes the slots from the environment where it is given none', () => {
    const read = (slots: string, ...args: string[]): RunArguments => {
      const variables = { ...DEFAULTS.variables, PARLEY_SLOTS: slots };
      const parsed = parseRunArguments([...args, 'p'], { ...DEFAULTS, variables });
      assert.ok(!('help' in parsed));
      return parsed;
    };
    assert.deepEqual([read('9').slots, read('').slots, read('9', '--slots', '4').slots], [9, 6, 4]);
    assert.throws(
      () => read('0'),
      /PARLEY_SLOTS: "0" is no number of processes: a whole number from 1 is wanted/,
    );
  });

  it('leaves to the program what comes behind it', () => {
    const args = ['-n', '9', '--timeout', 'x', '--help', '--', '-x'];
    assert.deepEqual(parse('-n', '1', 'app.ts', ...args).groups[0]?.args, args);
    assert.equal(parse('--', 'app.ts').groups[0]?.program, 'app.ts');
  });

  it('makes groups at each colon', () => {
    const { groups } = parse(
      '-n',
      '1',
      'a',
      'x:y',
      ':',
      '-n',
      '2',
      '-x',
      'V=2',
      '--wdir',
      'd',
      'b',
      ':',
      '-n',
      '3',
      'c',
    );
    assert.deepEqual(
      groups.map(({ program, count, args }) => [program, count, args.length]),
      [
        ['a', 1, 1],
        ['b', 2, 0],
        ['c', 3, 0],
      ],
    );
    assert.deepEqual([groups[1]?.variables, groups[1]?.workingDirectory], [{ V: '2' }, 'd']);
  });

  it('explains what is wrong with a number of processes', () => {
    for (const count of ['0', '-3', 'x', '1.5', '', '1e3']) {
      assert.equal(
        complaint('-n', count, 'a'),
        `-n: "${count}" is no number of processes: a whole number from 1 is wanted`,
      );
    }
    assert.match(complaint('-np', '4', 'a'), /-np is spelt -n here/);
    assert.match(complaint('-n', '5000', 'a'), /5000 processes are too many: at most 4096/);
    assert.match(complaint('--slots', '0', 'a'), /^--slots: "0"/);
  });

  it('names the option that is meant where one is unknown', () => {
    assert.equal(complaint('--labl', 'a'), "unknown option '--labl' (did you mean --label?)");
    assert.equal(complaint('-q', 'a'), "unknown option '-q'");
    assert.match(complaint('-n'), /argument missing/);
  });

  it('wants a program', () => {
    assert.equal(complaint(), 'no program is named');
    assert.equal(complaint('-n', '2'), 'no program is named');
    assert.equal(complaint('-n', '2', 'a', ':'), 'no program is named beside a ":"');
    assert.equal(complaint(':', 'a'), 'no program is named beside a ":"');
  });

  it('wants a number for each of several programs', () => {
    assert.match(complaint('-n', '1', 'a', ':', 'b'), /each wants its number of processes: -n N b/);
  });

  it('wants options of the whole job before the first program', () => {
    assert.match(
      complaint('-n', '1', 'a', ':', '--timeout', '3', '-n', '1', 'b'),
      /--timeout is about the whole job/,
    );
    assert.match(complaint('-n', '1', 'a', ':', '--help'), /--help belongs before the first program/);
    assert.match(complaint('-n', '1', 'a', ':', '--frob', 'b'), /unknown option '--frob'/);
  });

  it('wants readers of the input that exist', () => {
    assert.equal(parse('-n', '3', '--stdin', '2', 'a').stdin, 2);
    assert.match(complaint('-n', '3', '--stdin', '3', 'a'), /a rank 0\.\.2, "all" or "none" is wanted/);
    assert.match(complaint('--stdin', 'some', 'a'), /"some" is no reader/);
  });

  it('wants variables that are set, or a value', () => {
    assert.match(complaint('-x', 'NOT_SET', 'a'), /-x: the variable NOT_SET is not set here/);
    assert.match(complaint('-x', '=1', 'a'), /names no variable/);
    assert.deepEqual(parse('-x', 'A=', 'p').groups[0]?.variables, { A: '' });
  });

  it('shows help that fits a screen, with examples', () => {
    for (const args of [['--help'], ['-h'], ['-n', '2', '--help']]) {
      const parsed = parseRunArguments(args, DEFAULTS);
      assert.ok('help' in parsed);
      const lines = parsed.help.split('\n');
      assert.ok(lines.length <= 24, `${lines.length} lines`);
      assert.ok(
        lines.every((line) => line.length <= 80),
        parsed.help,
      );
      assert.match(parsed.help, /parley run -n 4 app\.ts/);
    }
  });
});

describe('durations', () => {
  for (const [text, milliseconds] of [
    ['90', 90_000],
    ['90s', 90_000],
    ['2m', 120_000],
    ['1.5m', 90_000],
    ['500ms', 500],
    ['1h', 3_600_000],
    ['0.1ms', 1],
  ] as const) {
    it(`reads ${text}`, () => {
      assert.equal(parseDuration(text, '--timeout'), milliseconds);
    });
  }

  for (const text of ['', '0', '-1', 's', '1d', 'x', '1 s', '1000h', 'Infinity']) {
    it(`refuses "${text}"`, () => {
      assert.throws(
        () => parseDuration(text, '--timeout'),
        new RegExp(`^UsageError: --timeout: "${text}" is no duration`),
      );
    });
  }

  it('are written for people', () => {
    assert.deepEqual([500, 1000, 1500, 90_000].map(formatDuration), ['500 ms', '1 s', '1.5 s', '90 s']);
  });
});
