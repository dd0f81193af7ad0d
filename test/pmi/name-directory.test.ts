/** Published names: one publisher each, seen by everybody, gone with their publisher however it went. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Names } from '#dynamic/names.js';
import { formatPortName } from '#dynamic/port-name.js';
import { processId } from '#model/process-id.js';
import {
  lookUpInDirectory,
  namesInDirectory,
  publishInDirectory,
  sweepNames,
  unpublishInDirectory,
  unpublishJob,
} from '#pmi/name-directory.js';
import { currentPlace } from '#pmi/process-identity.js';
import { ROOT } from '../harness/parley-run.ts';
import { makeSharedMemory } from '../runtime/shared-memory.ts';

const [OWN, OTHER] = [processId('a'.repeat(32), 0), processId('b'.repeat(32), 1)];
const port = (owner: string, id: string = '0'): string =>
  formatPortName({ owner, id: id.repeat(16), secret: 'c'.repeat(32) });

describe('published names', () => {
  let parent: string;
  let base: string;
  beforeEach(() => {
    parent = makeSharedMemory();
    base = join(parent, 'parley-1');
  });
  afterEach(() => {
    rmSync(parent, { recursive: true });
  });

  /** Makes a file as a process that is gone would have left it. */
  function leave(service: string): void {
    const others = new Set(existsSync(base) ? readdirSync(base) : []);
    publishInDirectory(base, service, 'its port', OTHER);
    const file = readdirSync(base).find((name) => !others.has(name));
    const { pid } = spawnSync('true');
    const dead = {
      service,
      port: 'its port',
      publisher: OTHER,
      since: 1,
      process: { pid, startTime: '1', place: currentPlace() },
    };
    writeFileSync(join(base, file!), JSON.stringify(dead));
  }

  it('are found, and nobody else gets them', () => {
    assert.equal(publishInDirectory(base, 'ocean', 'P', OWN), null);
    const found = lookUpInDirectory(base, 'ocean');
    assert.deepEqual([found?.port, found?.publisher, found?.process.pid], ['P', OWN, process.pid]);
    assert.equal(publishInDirectory(base, 'ocean', 'Q', OTHER)?.port, 'P');
    assert.equal(lookUpInDirectory(base, 'Ocean'), null);
    assert.equal(unpublishInDirectory(base, 'ocean', OTHER), false);
    assert.equal(unpublishInDirectory(base, 'ocean', OWN), true);
    assert.equal(unpublishInDirectory(base, 'ocean', OWN), false);
  });

  it("are their user's alone", () => {
    publishInDirectory(base, 'ocean', 'P', OWN);
    assert.equal(statSync(base).mode & 0o777, 0o700);
    for (const file of readdirSync(base)) assert.equal(statSync(join(base, file)).mode & 0o777, 0o600);
  });

  it('take the base with them where they were the last', () => {
    publishInDirectory(base, 'a', 'P', OWN);
    publishInDirectory(base, 'b', 'P', OWN);
    unpublishInDirectory(base, 'a', OWN);
    assert.equal(existsSync(base), true);
    unpublishInDirectory(base, 'b', OWN);
    assert.equal(existsSync(base), false);
    assert.equal(lookUpInDirectory(base, 'a'), null);
    assert.deepEqual(namesInDirectory(base), []);
    assert.equal(sweepNames(base), 0);
  });

  it('may be any text', () => {
    const services = ['../../etc/passwd', '\0', 'ö'.repeat(500), ' ', 'a/b', 'name-x'];
    for (const service of services) assert.equal(publishInDirectory(base, service, service, OWN), null);
    for (const service of services) assert.equal(lookUpInDirectory(base, service)?.port, service);
    assert.deepEqual(
      namesInDirectory(base).map(({ service }) => service),
      [...services].sort(),
    );
    assert.equal(readdirSync(base).length, services.length);
  });

  it('of a publisher that is gone are none, and free for the next', () => {
    leave('ocean');
    assert.equal(lookUpInDirectory(base, 'ocean'), null);
    assert.deepEqual(readdirSync(base), []);
    leave('ocean');
    assert.equal(publishInDirectory(base, 'ocean', 'P', OWN), null);
    assert.equal(lookUpInDirectory(base, 'ocean')?.port, 'P');
    leave('atmosphere');
    assert.deepEqual(
      namesInDirectory(base).map(({ service }) => service),
      ['ocean'],
    );
  });

  it('that cannot be read are none', () => {
    publishInDirectory(base, 'ocean', 'P', OWN);
    const [file] = readdirSync(base);
    for (const text of ['', '{', 'null', '7', '{"service":"ocean"}', '[]']) {
      writeFileSync(join(base, file!), text);
      assert.equal(lookUpInDirectory(base, 'ocean'), null);
      assert.equal(publishInDirectory(base, 'ocean', 'P', OWN), null);
    }
  });

  it('go with the job of their publishers', () => {
    for (const [service, publisher] of [
      ['a', OWN],
      ['b', OTHER],
      ['c', processId('a'.repeat(32), 5)],
    ] as const)
      publishInDirectory(base, service, 'P', publisher);
    unpublishJob(base, 'a'.repeat(32));
    assert.deepEqual(
      namesInDirectory(base).map(({ service }) => service),
      ['b'],
    );
  });

  it('are swept where killed publishers have left them, drafts too', () => {
    leave('ocean');
    publishInDirectory(base, 'kept', 'P', OWN);
    const drafts = ['0', '1'].map((digit) => join(base, `name-${digit.repeat(32)}.${digit.repeat(12)}`));
    for (const draft of drafts) writeFileSync(draft, '');
    utimesSync(drafts[0]!, 1, 1);
    mkdirSync(join(base, 'f'.repeat(32)));
    assert.equal(sweepNames(base), 2);
    assert.deepEqual(
      drafts.map((draft) => existsSync(draft)),
      [false, true],
    );
    assert.equal(readdirSync(base).length, 3);
  });

  it('are given to one of many that publish at once', async () => {
    const program = `
      import { publishInDirectory, unpublishInDirectory, lookUpInDirectory } from '#pmi/name-directory.js';
      const me = process.argv[1].repeat(32) + '.0';
      let published = 0;
      for (let turn = 0; turn < 300; turn++) {
        const taken = publishInDirectory(${JSON.stringify(base)}, 'ocean', me, me);
        if (taken !== null) continue;
        published++;
        if (lookUpInDirectory(${JSON.stringify(base)}, 'ocean')?.port !== me) throw new Error('lost');
        if (!unpublishInDirectory(${JSON.stringify(base)}, 'ocean', me)) throw new Error('not mine');
      }
      if (published === 0) throw new Error('never');`;
    const publishers = Array.from({ length: 3 }, (_, index) =>
      spawn(process.execPath, ['--input-type=module', '-e', program, String(index)], {
        cwd: ROOT,
        stdio: ['ignore', 'ignore', 'inherit'],
      }),
    );
    const codes = await Promise.all(publishers.map((each) => once(each, 'close')));
    assert.deepEqual(
      codes,
      publishers.map(() => [0, null]),
    );
    assert.equal(existsSync(base), false);
  });

  describe('as a process has them', () => {
    const refused = (code: string, message: RegExp) => ({ code, message });

    it('are withdrawn at its end', () => {
      const [own, other] = [new Names(base, OWN), new Names(base, OTHER)];
      own.publish('a', port(OWN));
      own.publish('b', ` ${port(OWN)}\n`);
      other.publish('c', port(OTHER));
      assert.equal(other.lookUp('b'), port(OWN));
      own.withdrawAll();
      assert.deepEqual(
        namesInDirectory(base).map(({ service }) => service),
        ['c'],
      );
    });

    it('say who has taken them, and whose they are', () => {
      const [own, other] = [new Names(base, OWN), new Names(base, OTHER)];
      own.publish('a', port(OWN));
      const taken = refused(
        'MPI_ERR_SERVICE',
        new RegExp(`process ${String(process.pid)} has published it since 2`),
      );
      for (const names of [own, other]) assert.throws(() => names.publish('a', port(OTHER)), taken);
      assert.throws(() => other.unpublish('a', undefined), refused('MPI_ERR_SERVICE', /only that one may/));
      assert.throws(() => own.unpublish('a', port(OWN, '1')), refused('MPI_ERR_SERVICE', /for another port/));
      assert.throws(
        () => own.unpublish('b', undefined),
        refused('MPI_ERR_SERVICE', /nobody has published it/),
      );
      own.unpublish('a', port(OWN));
    });

    it('are texts of bounded length, for ports', async () => {
      const names = new Names(base, OWN);
      for (const service of ['', 'x'.repeat(1025), 7, null, undefined] as string[]) {
        const wrong = refused('MPI_ERR_ARG', /a name of 1 to 1024 characters is wanted/);
        assert.throws(() => names.publish(service, port(OWN)), wrong);
        assert.throws(() => names.unpublish(service, undefined), wrong);
        assert.throws(() => names.waitForSync(service, 10_000, () => undefined), wrong);
        await assert.rejects(names.waitFor(service, { timeout: 10_000 }), wrong);
      }
      assert.throws(
        () => names.publish('a', 'myhost:27'),
        refused('MPI_ERR_PORT', /Cannot publish "myhost:27"/),
      );
      const timeless = refused('MPI_ERR_ARG', /timeout is -1/);
      await assert.rejects(names.waitFor('a', { timeout: -1 }), timeless);
      assert.throws(() => names.waitForSync('a', -1, () => undefined), timeless);
      assert.equal(existsSync(base), false);
    });

    it('are waited for, in both ways, as long as that may take', async () => {
      const [own, other] = [new Names(base, OWN), new Names(base, OTHER)];
      const unknown = refused('MPI_ERR_NAME', /nobody publishes it; start its server/);
      await assert.rejects(own.waitFor('a', {}), unknown);
      await assert.rejects(own.waitFor('a', { timeout: 30 }), unknown);
      assert.throws(() => own.waitForSync('a', 30, () => undefined), unknown);
      const waiting = own.waitFor('a', { timeout: 30_000 });
      other.publish('a', port(OTHER));
      assert.equal(await waiting, port(OTHER));
      other.unpublish('a', undefined);
      let rounds = 0;
      const found = own.waitForSync('a', Infinity, () => {
        if (++rounds === 3) other.publish('a', port(OTHER));
      });
      assert.equal(found, port(OTHER));
    });

    it('are waited for until somebody gives that up', async () => {
      const names = new Names(base, OWN);
      const controller = new AbortController();
      const waiting = names.waitFor('a', { timeout: Infinity, signal: controller.signal });
      controller.abort('enough');
      await assert.rejects(waiting, (reason) => reason === 'enough');
      await assert.rejects(
        names.waitFor('a', { signal: AbortSignal.abort('before') }),
        (reason) => reason === 'before',
      );
    });
  });
});
