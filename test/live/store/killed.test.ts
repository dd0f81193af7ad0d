/** What is left of a master's files when it is killed, or when they may not grow. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openJournal, recoverHdf5, replayJournal } from 'parley/live';
import { runRanks, startRanks } from '../../harness/run-ranks.js';
import { scratchFolder } from '../support/scratch-folder.js';

const STORED = /^stored (\d+)$/gm;

for (const first of ['journal', 'hdf5'] as const) {
  test(`a master is killed: every update that its ${first} said to be stored is there`, async (context) => {
    const folder = scratchFolder(context);
    const [journal, hdf5] = [join(folder, 'a.journal'), join(folder, 'a.h5')];
    const run = startRanks('live-killed-master', { ranks: 2, args: [journal, hdf5, '30', first] });
    await run.waitForOutput(/^reached$/m);
    process.kill(run.rankProcesses().get(0)?.pid ?? NaN, 'SIGKILL');
    const { stdout } = await run.ended;
    await run.expectClean();
    const acknowledged = Math.max(...Array.from(stdout.matchAll(STORED), ([, count]) => Number(count)));
    assert.ok(acknowledged >= 30);
    await (await openJournal(journal)).close();
    const ns: unknown[] = [];
    for await (const event of await replayJournal(journal))
      if (event.type === 'update') ns.push(event.small['n']);
    assert.deepEqual(
      ns,
      Array.from({ length: ns.length }, (_, index) => index + 1),
    );
    if (first === 'hdf5') {
      const { rows, wasTorn } = await recoverHdf5(hdf5);
      assert.ok(wasTorn && rows >= acknowledged, `${rows} of ${acknowledged} rows`);
    } else {
      assert.ok(ns.length >= acknowledged, `${ns.length} of ${acknowledged} updates`);
    }
  });
}

test('files that may not grow end in errors that say so; only what is stored counts as stored', async (context) => {
  const folder = scratchFolder(context);
  const journal = join(folder, 'a.journal');
  const { stdout } = await runRanks('live-killed-master', {
    ranks: 2,
    args: [journal, join(folder, 'a.h5'), 'limit'],
  });
  assert.match(
    stdout,
    /Cannot write to journal ".*a\.journal": there is no room left .*\(MPI_ERR_NO_SPACE\)/,
  );
  assert.match(stdout, /Cannot write to HDF5 file ".*a\.h5": .*\(MPI_ERR_NO_SPACE\)/s);
  assert.match(stdout, /^40 updates$/m);
  const stored = Number(/^stored (\d+) at the end$/m.exec(stdout)?.[1]);
  let updates = 0;
  for await (const event of await replayJournal(journal)) if (event.type === 'update') updates += 1;
  assert.ok(stored > 0 && stored < 40 && updates >= stored, `${stored} stored, ${updates} in the journal`);
});
