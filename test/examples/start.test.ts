/** What `npm start` runs when everything is set up: the page is there, the terminal says what is going on, and files are whole. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ParleyRun, ROOT } from '../harness/parley-run.ts';
import { startRanks } from '../harness/run-ranks.ts';
import { ViewerClient } from '../live/view/viewer-client.ts';

function scratchFolder(context: TestContext): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'start-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('npm start', () => {
  it('says what runs and where to look, shows it there, ends after its run, and says what was stored and what is next', async (test) => {
    const folder = scratchFolder(test);
    const command = [
      process.execPath,
      path.join(ROOT, 'tools/start.mjs'),
      '--events',
      '100000',
      '--out',
      folder,
    ];
    const run = new ParleyRun(command, { input: '' });
    try {
      const [, url = ''] = await run.waitForOutput(/^page: (http:\/\/127\.0\.0\.1:\d+\/\S+\/)$/m);
      const page = await ViewerClient.connect(url);
      await page.until(() =>
        ['status', 'spectra', 'image', 'clients'].every((name) => page.last(name) !== undefined),
      );
      await run.waitForOutput(/ lag \d+ ms/);
      page.say({ type: 'stop' });
      const { code, stdout, stderr } = await run.ended;
      await page.close();
      assert.equal(code, 0, run.describe());
      assert.equal(stderr, '');
      const said = [
        /^An X-ray spectrometer, live/,
        /^> parley run -n 4 --no-label examples\/vonhamos\/vonhamos\.ts --view --events 100000 /m,
        /^run 1: \d+ events \(.*\), [\d.]+\/s, lag \d+ ms; difference χ²\/ndf .*, null test .*$/m,
        /^run 1: \d+ events \(.*\), [\d.]+\/s; difference/m,
        /^run 1 has ended: .* of 3 clients, 0 lost; digest \w+$/m,
        /^wrote (\S+)\/vonhamos-1\.journal \([\d.]+ MB\) and \1\/vonhamos-1\.h5 \([\d.]+ MB\)$/m,
        /^ {2}npx parley live replay \S+\/vonhamos-1\.journal$/m,
      ];
      // Each below the one before it.
      let rest = stdout;
      for (const pattern of said) {
        const found = pattern.exec(rest);
        assert.ok(found !== null, `${String(pattern)} is not in:\n${rest}`);
        rest = rest.slice(found.index + found[0].length);
      }
      // Elsewhere than on a terminal nothing is drawn over.
      assert.doesNotMatch(stdout, /[\r\u001b]/);
      assert.ok(
        stdout
          .split('\n')
          .slice(0, 8)
          .every((line) => line.startsWith('>') || line.length <= 90),
      );
      assert.ok(existsSync(path.join(folder, 'vonhamos-1.h5')));
      await run.expectClean();
    } finally {
      run.release();
    }
  });

  it('on a terminal draws one line, keeps the page when the run is over, and ends in good order at Ctrl-C', async (test) => {
    const folder = scratchFolder(test);
    const args = ['--stay', '--bar', '--events', '60', '--rate', '0', '--out', folder];
    const driver = 'build/examples/vonhamos/vonhamos.js';
    const run = startRanks(driver, { ranks: 2, args });
    try {
      await run.waitForOutput(/^The page stays until Ctrl-C\.$/m);
      const [, url = ''] = /^page: (\S+)$/m.exec(run.stdout) ?? [];
      // Whoever comes now has everything.
      const page = await ViewerClient.connect(url);
      await page.until(() => page.last('status') !== undefined);
      const status = page.last('status')?.panel;
      assert.ok(status?.kind === 'status' && status.state === 'ended' && status.events === 60);
      await page.close();
      // The client is going: a signal would find it without a handler.
      while (run.rankProcesses().has(1)) await delay(5);
      run.kill('SIGINT');
      assert.equal((await run.ended).code, 0, run.describe());
      assert.match(
        run.stdout,
        /run 1 \[[█░]{20}\] \d+\/s {2}\d+ events {2}lag \d+ ms {2}lost 0 {2}χ²\/ndf \S+\u001b\[K\r/,
      );
      await run.expectClean();
    } finally {
      run.release();
    }
  });
});
