/** What a process waits for in words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAge } from '#cli/duration.js';
import { activityText, circleText, shortSite, type WaitWords } from '#cli/wait-text.js';
import type { ReportedWait, WaitReport } from '#pmi/wait-report.js';

const JOB = 'ab'.repeat(16);
const words: WaitWords = {
  nameOf: (process) => (process.startsWith(JOB) ? `rank ${process.slice(33)}` : null),
  now: 10_000,
  directory: '/home/me',
};

function report(changes: Partial<ReportedWait>, ...more: ReportedWait[]): WaitReport {
  const wait: ReportedWait = {
    operation: 'recv',
    communicator: '"world"',
    peers: [{ process: `${JOB}.1`, rank: 1 }],
    otherPeers: 0,
    open: false,
    tag: 5,
    data: '',
    site: '/home/me/src/app.ts:12:5',
    since: 6800,
    ...changes,
  };
  return { blocked: true, waits: [wait, ...more], otherWaits: 0 };
}

const others = (...ranks: number[]): ReportedWait['peers'] =>
  ranks.map((rank) => ({ process: `${JOB}.${rank}`, rank }));

test('a wait is told with whom, what, where and since when', () => {
  const said = (changes: Partial<ReportedWait>): string => activityText(report(changes), 'sleeping', words);
  assert.equal(said({}), 'waits 3.2 s for rank 1 in recv (tag 5, "world") at src/app.ts:12');
  assert.equal(said({ tag: null, communicator: '', site: '' }), 'waits 3.2 s for rank 1 in recv');
  assert.equal(said({ peers: [], site: '' }), 'waits 3.2 s in recv (tag 5, "world")');
  assert.match(said({ peers: others(0, 2, 3) }), /for any of rank 0, rank 2, rank 3 in recv/);
  assert.match(said({ peers: others(0, 1, 2, 3, 4) }), /for any of 5 processes in recv/);
  assert.match(said({ peers: others(0), otherPeers: 99 }), /for any of 100 processes in recv/);
  const stranger = [{ process: `${'cd'.repeat(16)}.3`, rank: 0 }];
  assert.match(said({ peers: stranger }), /for rank 3 of job cdcdcdcd in recv/);
  assert.match(said({ peers: stranger, operation: 'spawnMultiple' }), /for the agent in spawnMultiple/);
});

test('who does not wait computes, sleeps elsewhere, or was stopped', () => {
  assert.equal(activityText(null, 'running', words), 'computes (does not wait)');
  assert.equal(activityText(null, 'sleeping', words), 'does not wait in MPI (its main thread sleeps)');
  assert.equal(activityText(null, 'stopped', words), 'stopped (SIGSTOP, or a debugger)');
  assert.match(
    activityText(report({}), 'stopped', words),
    /^stopped \(SIGSTOP, or a debugger\); waits 3\.2 s for rank 1/,
  );
  assert.match(
    activityText({ ...report({}), blocked: false }, 'running', words),
    /^awaits 3\.2 s .*, and computes$/,
  );
});

test('several awaited things have a line each', () => {
  const several = { ...report({}, ...report({ tag: 6 }).waits), blocked: false, otherWaits: 2 };
  assert.deepEqual(activityText(several, 'sleeping', words).split('\n'), [
    'awaits 4 things:',
    '      3.2 s for rank 1 in recv (tag 5, "world") at src/app.ts:12',
    '      3.2 s for rank 1 in recv (tag 6, "world") at src/app.ts:12',
    '      and 2 more',
  ]);
});

test('a circle is a sentence', () => {
  assert.equal(circleText([`${JOB}.0`, `${JOB}.1`], words), 'rank 0 waits for rank 1, rank 1 for rank 0');
  assert.equal(circleText([`${JOB}.4`], words), 'rank 4 waits for itself');
});

test('a place is named as from the directory where it lies in it', () => {
  assert.equal(shortSite('/home/me/a.ts:3:7', '/home/me'), 'a.ts:3');
  assert.equal(shortSite('/home/you/a.ts:3:7', '/home/me'), '/home/you/a.ts:3');
  assert.equal(shortSite('…long/a.ts:3:7', '/home/me'), '…long/a.ts:3');
});

test('ages have the two units that count', () => {
  const ages = [0, 840, 59_900, 60_000, 312_000, 3_600_000, 7_500_000, 100_000_000].map(formatAge);
  assert.deepEqual(ages, [
    '0 ms',
    '840 ms',
    '59.9 s',
    '1 min 0 s',
    '5 min 12 s',
    '1 h 0 min',
    '2 h 5 min',
    '1 d 3 h',
  ]);
});
