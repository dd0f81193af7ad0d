/** Options that cannot be meant are refused where they are given. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectStream, type ConnectStreamOptions, openStream, type OpenStreamOptions } from '#live/index.js';
import { HeldMaster } from '../support/held-master.js';

test('a client refuses numbers that would let it hang', () => {
  const { comm } = new HeldMaster();
  const bad: readonly (readonly [ConnectStreamOptions, string])[] = [
    [{ credits: 0 }, 'credits 0: a whole number from 1 is wanted'],
    [{ credits: 1.5 }, 'credits 1.5: a whole number from 1 is wanted'],
    [{ credits: '7' as unknown as number }, "credits '7': a whole number from 1 is wanted"],
    [{ creditBytes: 0 }, 'creditBytes 0: a number above 0 is wanted'],
    [{ creditBytes: NaN }, 'creditBytes NaN: a number above 0 is wanted'],
    [{ heartbeatMs: -1 }, 'heartbeatMs -1: a number above 0 is wanted'],
    [{ heartbeatMs: NaN }, 'heartbeatMs NaN: a number above 0 is wanted'],
  ];
  for (const [options, why] of bad)
    assert.throws(() => connectStream(comm, options), {
      name: 'MPIError',
      message: `Cannot open a stream with ${why} (MPI_ERR_ARG)`,
    });
});

test('a master refuses numbers that would let it find nobody silent, or take nothing', () => {
  const bad: readonly (readonly [OpenStreamOptions, string])[] = [
    [{ silentMs: 0 }, 'silentMs 0: a number above 0 is wanted'],
    [{ silentMs: NaN }, 'silentMs NaN: a number above 0 is wanted'],
    [{ messageBytesMax: NaN }, 'messageBytesMax NaN: a number above 0 is wanted'],
    [{ poolBytesMax: -1 }, 'poolBytesMax -1: a number from 0 is wanted'],
  ];
  for (const [options, why] of bad)
    assert.throws(() => openStream(null, options), {
      name: 'MPIError',
      message: `Cannot open a stream with ${why} (MPI_ERR_ARG)`,
    });
});

test('a process is a client of a stream once at a time', async () => {
  const master = new HeldMaster();
  const first = connectStream(master.comm);
  assert.throws(
    () => connectStream(master.comm),
    /Cannot open a stream to rank 0 of "held" with tag 7300: this process has one there, .*\(MPI_ERR_ARG\)$/,
  );
  const closed = first.close();
  await master.say({ farewell: true });
  await closed;
  const second = connectStream(master.comm);
  await master.say({ farewell: true });
  await second.close();
});

test('options without a bound are possible where they mean something', async () => {
  const master = new HeldMaster();
  const options = { creditBytes: Infinity, heartbeatMs: Infinity, credits: undefined };
  const stream = connectStream(master.comm, options as unknown as ConnectStreamOptions);
  const closed = stream.close();
  await master.say({ farewell: true });
  await closed;
  await openStream(null, { silentMs: Infinity, messageBytesMax: Infinity, poolBytesMax: 0 }).close();
});
