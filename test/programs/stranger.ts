/** A server, and somebody who has its port's name but is another user: `server`, or `client PORT DIRECTORY` (of the server's user). */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import * as MPI from 'parley';
import { failure } from './support/cases.ts';

const [role, port = '', directory = ''] = process.argv.slice(2);
if (role === 'server') {
  const open = await MPI.openPort();
  await MPI.publishName('for this user', open);
  console.log(`port ${open.name}`);
  const client = await MPI.COMM_SELF.accept(open);
  await client.disconnect();
} else {
  const mine = process.getuid?.() === 0;
  if (mine) await (await MPI.COMM_SELF.connect(port)).disconnect();
  else {
    const error = await failure('MPI_ERR_PORT', () => MPI.COMM_SELF.connect(port));
    assert.match(error.message, /the job that has opened it is over, or runs .* as another user/);
    await failure('MPI_ERR_NAME', () => MPI.lookupName('for this user'));
    assert.throws(() => readdirSync(directory), { code: 'EACCES' });
  }
  console.log(mine ? 'ok served' : 'ok refused');
}
