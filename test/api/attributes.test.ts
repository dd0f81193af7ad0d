/** Attributes and their callbacks when communicators come and go, in a world of one (MPI-4.1 §7.7). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as MPI from 'parley';

/** Keys whose callbacks write down what they are called with; those of the list throw. */
function noting(
  log: string[],
  names: readonly string[],
  throwing: readonly string[] = [],
): MPI.Keyval<string>[] {
  const note = (what: string): void => {
    log.push(what);
    if (throwing.includes(what)) throw new Error(`${what} throws`);
  };
  return names.map((name) =>
    MPI.createKeyval<string>(name, {
      copy(value) {
        note(`copy ${value}`);
        return `${value}'`;
      },
      delete(value) {
        note(`delete ${value}`);
      },
    }),
  );
}

/** A communicator on which the keys hang, each with its own name for a value. */
function hung(keys: readonly MPI.Keyval<string>[]): MPI.Intracommunicator {
  const comm = MPI.COMM_SELF.dupSync();
  for (const key of keys) comm.setAttr(key, key.name);
  return comm;
}

describe('attributes', () => {
  it('are copied in the order in which they were set, and deleted in the reverse', async () => {
    const log: string[] = [];
    const keys = noting(log, ['a', 'b', 'c']);
    const comm = hung(keys);
    const duplicate = comm.dupSync();
    assert.deepEqual(log.splice(0), ['copy a', 'copy b', 'copy c']);
    comm.free();
    assert.deepEqual(log.splice(0), ['delete c', 'delete b', 'delete a']);
    assert.equal(duplicate.getAttr(keys[1]!), "b'");
    await duplicate.disconnect();
    assert.deepEqual(log, ["delete c'", "delete b'", "delete a'"]);
  });

  it('take the last place when they are set again', () => {
    const log: string[] = [];
    const [a, b] = noting(log, ['a', 'b']) as [MPI.Keyval<string>, MPI.Keyval<string>];
    const comm = hung([a, b]);
    comm.setAttr(a, 'again');
    comm.free();
    assert.deepEqual(log, ['delete a', 'delete again', 'delete b']);
  });

  it('may be undefined, and false, and still are there', () => {
    const log: unknown[] = [];
    const key = MPI.createKeyval<unknown>('any', { delete: (value) => log.push(value) });
    const comm = MPI.COMM_SELF.dupSync();
    comm.setAttr(key, undefined);
    comm.setAttr(key, false);
    assert.equal(comm.getAttr(key), false);
    comm.deleteAttr(key);
    comm.deleteAttr(key);
    assert.deepEqual(log, [undefined, false]);
    comm.free();
  });

  it('are copied and deleted under a key that has been freed, which takes no new ones', () => {
    const log: string[] = [];
    const [key] = noting(log, ['a']) as [MPI.Keyval<string>];
    const comm = hung([key]);
    MPI.freeKeyval(key);
    assert.throws(() => MPI.freeKeyval(key), { code: 'MPI_ERR_KEYVAL', message: /freed already/ });
    assert.throws(() => comm.setAttr(key, 'b'), { code: 'MPI_ERR_KEYVAL' });
    const duplicate = comm.dupSync();
    assert.equal(duplicate.getAttr(key), "a'");
    for (const each of [comm, duplicate]) each.free();
    assert.deepEqual(log, ['copy a', 'delete a', "delete a'"]);
  });

  it('go also where a delete callback throws, whoever is told', () => {
    const log: string[] = [];
    const keys = noting(log, ['a', 'b', 'c'], ['delete a', 'delete c']);
    const [, , c] = keys;
    const comm = hung(keys);
    assert.throws(() => comm.deleteAttr(c!), {
      code: 'MPI_ERR_OTHER',
      message: /^Cannot delete the attribute under the key c: its delete callback threw: delete c throws/,
    });
    assert.equal(comm.getAttr(c!), undefined);
    comm.setAttr(c!, 'c');
    assert.throws(() => comm.free(), {
      code: 'MPI_ERR_OTHER',
      message: /^2 delete callbacks threw; the first: Cannot delete the attribute under the key c/,
    });
    assert.deepEqual(log, ['delete c', 'delete c', 'delete b', 'delete a']);
  });

  it('are not replaced where the old one cannot go in peace', () => {
    const [key] = noting([], ['a'], ['delete a']) as [MPI.Keyval<string>];
    const comm = hung([key]);
    assert.throws(() => comm.setAttr(key, 'b'), { code: 'MPI_ERR_OTHER' });
    assert.equal(comm.getAttr(key), undefined);
    comm.free();
  });

  it('make a duplication fail where a copy callback throws, and leave no copies', async () => {
    const log: string[] = [];
    const comm = hung(noting(log, ['a', 'b', 'c', 'd'], ['copy c', "delete a'"]));
    const failed = {
      code: 'MPI_ERR_OTHER',
      message: /^Cannot copy the attribute under the key c: its copy callback threw: copy c throws/,
    };
    for (const fail of [async () => await comm.dup(), () => Promise.resolve().then(() => comm.dupSync())]) {
      await assert.rejects(fail, failed);
      assert.deepEqual(log.splice(0), ['copy a', 'copy b', 'copy c', "delete b'", "delete a'"]);
    }
    assert.equal(await comm.allreduce(1), 1);
    comm.free();
  });

  it('that are set in a delete callback go with a later deletion', () => {
    const log: string[] = [];
    const [late] = noting(log, ['late']) as [MPI.Keyval<string>];
    const comm = MPI.COMM_SELF.dupSync();
    const first = MPI.createKeyval<string>('first', { delete: () => comm.setAttr(late, 'late') });
    comm.setAttr(first, 'first');
    comm.deleteAttr(first);
    assert.equal(comm.getAttr(late), 'late');
    comm.free();
    assert.deepEqual(log, ['delete late']);
  });
});

describe('the predefined attributes', () => {
  it('are on every communicator, and the last used code grows on all', () => {
    const comm = MPI.COMM_SELF.dupSync();
    const before = comm.getAttr(MPI.LASTUSEDCODE)!;
    const added = MPI.addErrorClass();
    assert.ok(added > before);
    for (const each of [comm, MPI.COMM_WORLD, MPI.COMM_SELF])
      assert.equal(each.getAttr(MPI.LASTUSEDCODE), added);
    MPI.removeErrorClass(added);
    assert.equal(comm.getAttr(MPI.LASTUSEDCODE), added);
    comm.free();
  });

  it('cannot be set, deleted or freed', () => {
    for (const key of [MPI.TAG_UB, MPI.HOST, MPI.IO, MPI.LASTUSEDCODE, MPI.UNIVERSE_SIZE, MPI.APPNUM]) {
      for (const change of [
        () => MPI.COMM_WORLD.setAttr(key, 1),
        () => MPI.COMM_WORLD.deleteAttr(key),
        () => MPI.freeKeyval(key),
      ]) {
        assert.throws(change, { code: 'MPI_ERR_KEYVAL' });
      }
    }
  });
});
