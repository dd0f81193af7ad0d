/** Names of ports: read back as they were written, and nothing else is taken for one. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatPortName, MAX_PORT_NAME, parsePortName, publicPortName } from '#dynamic/port-name.js';
import { processId } from '#model/process-id.js';

const ADDRESS = {
  owner: processId('0123456789abcdef'.repeat(2), 17),
  id: 'fedcba9876543210',
  secret: '00112233445566778899aabbccddeeff',
};
const NAME = formatPortName(ADDRESS);
const refusal = { code: 'MPI_ERR_PORT', message: /^Cannot connect to .*: it is no port name/ };

describe('a port name', () => {
  it('is one printable line of bounded length', () => {
    assert.match(NAME, /^[!-~]+$/);
    assert.ok(
      formatPortName({ ...ADDRESS, owner: processId('f'.repeat(32), 999_999_999) }).length <= MAX_PORT_NAME,
    );
  });

  it('is read back, also with the white space of a file around it', () => {
    assert.deepEqual(parsePortName(NAME, 'connect to'), ADDRESS);
    assert.deepEqual(parsePortName(` ${NAME}\r\n`, 'connect to'), ADDRESS);
  });

  it('is shown without its secret', () => {
    assert.ok(!publicPortName(ADDRESS).includes(ADDRESS.secret));
    assert.ok(publicPortName(ADDRESS).includes(ADDRESS.id));
  });

  it('of another version says so', () => {
    assert.throws(() => parsePortName('parley:2:what then is', 'connect to'), {
      code: 'MPI_ERR_PORT',
      message: /another version of parley has made it/,
    });
  });

  for (const text of [
    '',
    'myhost:27',
    'parley',
    `${NAME}0`,
    `x${NAME}`,
    NAME.toUpperCase(),
    NAME.slice(1),
    `${NAME}\n${NAME}`,
  ]) {
    it(`${JSON.stringify(text.slice(0, 40))} of ${String(text.length)} characters is none`, () => {
      assert.throws(() => parsePortName(text, 'connect to'), refusal);
    });
  }

  it('nothing but a text is one', () => {
    for (const value of [null, undefined, 7, {}, [NAME], Symbol('x')])
      assert.throws(() => parsePortName(value, 'connect to'), refusal);
  });

  it('with anything changed is none, or another one', () => {
    fc.assert(
      fc.property(
        fc.nat(NAME.length - 1),
        fc.string({ minLength: 0, maxLength: 3, unit: 'binary-ascii' }),
        (at, put) => {
          const mutated = NAME.slice(0, at) + put + NAME.slice(at + 1);
          try {
            assert.equal(formatPortName(parsePortName(mutated, 'connect to')), mutated.trim());
          } catch (error) {
            assert.equal((error as { code?: string }).code, 'MPI_ERR_PORT');
          }
        },
      ),
    );
  });
});
