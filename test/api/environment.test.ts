/** What the environment tells, and attributes, in a world of one. */
import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { describe, it } from 'node:test';
import * as MPI from 'parley';

describe('the environment', () => {
  it('is initialised by the import', () => {
    assert.deepEqual([MPI.isInitialized(), MPI.isFinalized()], [true, false]);
  });

  it('has a clock that only goes forward, with a resolution', () => {
    let last = MPI.wtime();
    for (let k = 0; k < 1000; k++) {
      const now = MPI.wtime();
      assert.ok(now >= last);
      last = now;
    }
    assert.ok(MPI.wtick() > 0 && MPI.wtick() < 0.01);
  });

  it('tells host and versions', () => {
    assert.equal(MPI.getProcessorName(), hostname());
    assert.deepEqual(MPI.getVersion(), { version: 4, subversion: 1 });
    assert.match(MPI.getLibraryVersion(), /^Parley \d+\.\d+\.\d+ /);
  });

  it('has the constants of the standard ABI', () => {
    const { ANY_SOURCE, PROC_NULL, ROOT, ANY_TAG, UNDEFINED, IDENT, CONGRUENT, SIMILAR, UNEQUAL, SUCCESS } =
      MPI;
    assert.deepEqual(
      { ANY_SOURCE, PROC_NULL, ROOT, ANY_TAG, UNDEFINED, IDENT, CONGRUENT, SIMILAR, UNEQUAL, SUCCESS },
      {
        ANY_SOURCE: -1,
        PROC_NULL: -2,
        ROOT: -3,
        ANY_TAG: -31,
        UNDEFINED: -32766,
        IDENT: 101,
        CONGRUENT: 102,
        SIMILAR: 103,
        UNEQUAL: 104,
        SUCCESS: 0,
      },
    );
  });

  it('explains each error class by number and name', () => {
    for (const name of ['MPI_ERR_RANK', 'MPI_ERR_TRUNCATE', 'MPI_ERR_IN_STATUS', 'MPI_ERR_TIMEOUT']) {
      const number = MPI.errorClass(name);
      assert.ok(number > 0);
      assert.match(MPI.errorString(number), new RegExp(`\\(${name}\\)$`));
    }
    assert.match(MPI.errorString(MPI.SUCCESS), /No error/);
  });
});

describe('attributes', () => {
  it('hang on one communicator, under keys of their own', () => {
    const [one, other] = [MPI.createKeyval<number>('one'), MPI.createKeyval<string>()];
    MPI.COMM_WORLD.setAttr(one, 5);
    assert.equal(MPI.COMM_WORLD.getAttr(one), 5);
    assert.equal(MPI.COMM_WORLD.getAttr(other), undefined);
    assert.equal(MPI.COMM_SELF.getAttr(one), undefined);
    MPI.COMM_WORLD.deleteAttr(one);
    assert.equal(MPI.COMM_WORLD.getAttr(one), undefined);
    MPI.COMM_WORLD.deleteAttr(one);
  });

  it('are copied to a duplicate where the key says so', () => {
    const kept = MPI.createKeyval<number>('kept', { copy: (value) => value + 1 });
    const refused = MPI.createKeyval<number>('refused', { copy: () => undefined });
    const plain = MPI.createKeyval<number>('plain');
    for (const key of [kept, refused, plain]) MPI.COMM_WORLD.setAttr(key, 1);
    const duplicate = MPI.COMM_WORLD.dupSync();
    assert.deepEqual(
      [kept, refused, plain].map((key) => duplicate.getAttr(key)),
      [2, undefined, undefined],
    );
    for (const key of [kept, refused, plain]) MPI.COMM_WORLD.deleteAttr(key);
  });

  it('tell their keys when they go, and stay when the key is freed', () => {
    const gone: number[] = [];
    const key = MPI.createKeyval<number>('told', { delete: (value) => gone.push(value) });
    MPI.COMM_WORLD.setAttr(key, 1);
    MPI.COMM_WORLD.setAttr(key, 2);
    assert.deepEqual(gone, [1]);
    MPI.freeKeyval(key);
    assert.equal(MPI.COMM_WORLD.getAttr(key), 2);
    assert.throws(() => MPI.COMM_WORLD.setAttr(key, 3), { code: 'MPI_ERR_KEYVAL' });
    MPI.COMM_WORLD.deleteAttr(key);
    assert.deepEqual(gone, [1, 2]);
  });
});
