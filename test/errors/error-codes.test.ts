/** Error classes, and the codes that a process adds to them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ERR_LASTCODE, ERROR_CLASSES } from '#errors/error-classes.js';
import { ErrorCodes } from '#errors/error-codes.js';
import { MPIError } from '#errors/mpi-error.js';

describe('the predefined error classes', () => {
  const classes = Object.entries(ERROR_CLASSES);

  it('are the numbers 0 to 61 of the ABI, each once', () => {
    const standard = classes.map(([, [number]]) => number).filter((number) => number < 62);
    assert.deepEqual(
      [...standard].sort((a, b) => a - b),
      Array.from({ length: 62 }, (_, number) => number),
    );
  });

  it('of this library lie between those of the standard and LASTCODE', () => {
    const own = classes.filter(([, [number]]) => number > 61);
    assert.deepEqual(
      own.map(([name]) => name),
      ['MPI_ERR_TIMEOUT', 'MPI_ERR_PROC_FAILED'],
    );
    for (const [name, [number]] of own) {
      // What the standard's tool interface takes begins at 1001.
      assert.ok(number > 2000 && number < ERR_LASTCODE, `${name} is ${String(number)}`);
    }
    assert.equal(ERR_LASTCODE, 0x3fff);
  });

  it('have a sentence each, all different', () => {
    const texts = classes.map(([, [, text]]) => text);
    assert.equal(new Set(texts).size, texts.length);
    for (const text of texts) assert.match(text, /^[A-Z][^.]{4,90}[^.]$/);
  });

  it('cannot be changed', () => {
    const codes = new ErrorCodes();
    for (const code of [0, 5, ERROR_CLASSES.MPI_ERR_TIMEOUT[0]]) {
      for (const change of [
        () => codes.setText(code, 'mine'),
        () => codes.removeText(code),
        () => codes.removeCode(code),
        () => codes.removeClass(code),
      ]) {
        assert.throws(change, { code: 'MPI_ERR_ARG', message: /is predefined \(MPI_ERR_ARG\)$/ });
      }
    }
  });
});

describe('added error codes', () => {
  it('are numbered above LASTCODE, classes and codes in one line, and never twice', () => {
    const codes = new ErrorCodes();
    assert.equal(codes.lastUsed, ERR_LASTCODE);
    const first = codes.addClass();
    const code = codes.addCode(first);
    const ofStandard = codes.addCode(ERROR_CLASSES.MPI_ERR_PORT[0]);
    assert.deepEqual(
      [first, code, ofStandard],
      [1, 2, 3].map((place) => ERR_LASTCODE + place),
    );
    codes.removeCode(ofStandard);
    assert.equal(codes.lastUsed, ofStandard);
    assert.equal(codes.addClass(), ofStandard + 1);
  });

  it('belong to a class, which belongs to itself', () => {
    const codes = new ErrorCodes();
    const added = codes.addClass();
    assert.deepEqual(
      [added, codes.addCode(added), 43, codes.addCode(43)].map((code) => codes.classOf(code)),
      [added, added, 43, 43],
    );
  });

  it('are added to a class only', () => {
    const codes = new ErrorCodes();
    const code = codes.addCode(codes.addClass());
    for (const wrong of [code, -1, 62, 1.5, ERR_LASTCODE + 99]) {
      assert.throws(() => codes.addCode(wrong), {
        message: /^Cannot add an error code to class .*no error class/,
      });
    }
  });

  it('are a matter of one process object', () => {
    const [one, other] = [new ErrorCodes(), new ErrorCodes()];
    const code = one.addClass();
    assert.throws(() => other.text(code), { code: 'MPI_ERR_ARG' });
  });

  it('refuse a text that is none, and what was removed', () => {
    const codes = new ErrorCodes();
    const [added, removed] = [codes.addClass(), codes.addClass()];
    assert.throws(() => codes.setText(added, 5 as never), { message: /of type number: a string is wanted/ });
    codes.removeClass(removed);
    for (const use of [
      () => codes.text(removed),
      () => codes.classOf(removed),
      () => codes.setText(removed, 'x'),
      () => codes.addCode(removed),
      () => codes.errorOf(removed, 'Cannot'),
      () => codes.removeClass(removed),
    ]) {
      assert.throws(use, { code: 'MPI_ERR_ARG' });
    }
  });

  it('go by their own door: a class as a class, a code as a code', () => {
    const codes = new ErrorCodes();
    const added = codes.addClass();
    const code = codes.addCode(added);
    assert.throws(() => codes.removeCode(added), { message: /removeErrorClass removes it/ });
    assert.throws(() => codes.removeClass(code), { message: /removeErrorCode removes it/ });
  });

  it('make errors that carry code, class and text', () => {
    const codes = new ErrorCodes();
    const added = codes.addClass();
    const code = codes.addCode(added);
    codes.setText(code, 'the master is full');
    const error = codes.errorOf(code, 'Cannot go on');
    assert.ok(error instanceof MPIError);
    assert.deepEqual(
      [error.errorClass, error.errorCode, error.code],
      [added, code, `USER_ERR_${String(code)}`],
    );
    assert.equal(error.message, `Cannot go on: the master is full (USER_ERR_${String(code)})`);
    assert.equal(codes.errorOf(added, 'Cannot go on').message, `Cannot go on (USER_ERR_${String(added)})`);
    const standard = codes.errorOf(16, 'Cannot go on');
    assert.deepEqual([standard.code, standard.errorClass, standard.errorCode], ['MPI_ERR_OTHER', 16, 16]);
  });
});
