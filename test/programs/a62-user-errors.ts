/** Classes, codes and texts of the program's own: added, asked for, removed (MPI-4.1 §9.5). */
import assert from 'node:assert/strict';
import * as MPI from 'parley';
import { failure, runCasesOnce } from './support/cases.ts';

const CLASSES = 32;
const CODES = 5;
const lastUsed = (): number => MPI.COMM_WORLD.getAttr(MPI.LASTUSEDCODE) ?? -1;

interface Added {
  readonly errorClass: number;
  readonly codes: readonly number[];
}

function addAll(): Added[] {
  return Array.from({ length: CLASSES }, (_, place) => {
    const errorClass = grows(() => MPI.addErrorClass());
    MPI.addErrorString(errorClass, `class ${place}`);
    const codes = Array.from({ length: CODES }, (__, k) => {
      const code = grows(() => MPI.addErrorCode(errorClass));
      MPI.addErrorString(code, `code ${k} of class ${place}`);
      return code;
    });
    return { errorClass, codes };
  });
}

/** Every addition is the last used code. */
function grows(add: () => number): number {
  const before = lastUsed();
  const added = add();
  assert.ok(added > before);
  assert.equal(lastUsed(), added);
  return added;
}

await runCasesOnce({
  'classes and codes have their texts, and can be removed from the leaves on': async () => {
    const added = addAll();
    assert.equal(
      new Set(added.flatMap(({ errorClass, codes }) => [errorClass, ...codes])).size,
      CLASSES * (CODES + 1),
    );
    for (const [place, { errorClass, codes }] of added.entries()) {
      assert.equal(MPI.errorClass(errorClass), errorClass);
      assert.equal(MPI.errorString(errorClass), `class ${place}`);
      for (const [k, code] of codes.entries()) {
        assert.equal(MPI.errorClass(code), errorClass);
        assert.equal(MPI.errorString(code), `code ${k} of class ${place}`);
      }
    }
    const before = lastUsed();
    for (const { errorClass, codes } of added) {
      MPI.removeErrorString(errorClass);
      for (const code of codes) {
        await failure('MPI_ERR_ARG', () => MPI.removeErrorClass(errorClass));
        await failure('MPI_ERR_ARG', () => MPI.removeErrorCode(code));
        MPI.removeErrorString(code);
        assert.equal(MPI.errorString(code), '');
        await failure('MPI_ERR_ARG', () => MPI.removeErrorString(code));
        MPI.removeErrorCode(code);
        await failure('MPI_ERR_ARG', () => MPI.removeErrorCode(code));
        await failure('MPI_ERR_ARG', () => MPI.errorString(code));
      }
      MPI.removeErrorClass(errorClass);
      await failure('MPI_ERR_ARG', () => MPI.removeErrorClass(errorClass));
    }
    assert.equal(lastUsed(), before);
  },
  'a handler gets the code that it is called with': () => {
    const comm = MPI.COMM_WORLD;
    const errorClass = MPI.addErrorClass();
    const code = MPI.addErrorCode(errorClass);
    MPI.addErrorString(code, 'too many clients');
    const got: MPI.MPIError[] = [];
    comm.setErrhandler((_, error) => void got.push(error));
    comm.callErrhandler(code);
    comm.callErrhandler(errorClass);
    comm.setErrhandler(MPI.ERRORS_RETURN);
    assert.deepEqual(
      got.map((error) => [error.errorClass, error.errorCode, error.code]),
      [
        [errorClass, code, `USER_ERR_${code}`],
        [errorClass, errorClass, `USER_ERR_${errorClass}`],
      ],
    );
    assert.match(got[0]?.message ?? '', /too many clients/);
  },
});
