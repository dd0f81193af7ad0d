/**
 * The rules of tools/tidy.mjs: a small bad tree proves that each finds what it is for. This tree is held to them by
 * `npm run ok -- tidy`.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

function tidy(...args: string[]): { status: number | null; output: string } {
  const done = spawnSync(process.execPath, [join(ROOT, 'tools/tidy.mjs'), ...args], { encoding: 'utf8' });
  return { status: done.status, output: done.stdout + done.stderr };
}

/** Words that tidy would find in this file are put together here. */
const glue = (...parts: string[]): string => parts.join('');

/** Each bad file with what must be said of it. */
const BAD: { file: string; text: string; finding: RegExp }[] = [
  {
    file: 'src/matching/upward.ts',
    text: "/** x */\nimport { a } from '../transport/a.ts';\nexport const b: number = a;\n",
    finding: /src\/matching\/upward\.ts:2 {2}layers: matching\/ may not import transport\//,
  },
  {
    file: 'src/engine/agent.ts',
    text: "/** x */\nexport type { Agent } from '../runtime/agent.ts';\n",
    finding: /src\/engine\/agent\.ts:2 {2}layers: engine\/ may not import runtime\//,
  },
  {
    file: 'src/runtime/agent.ts',
    text: "/** x */\nexport type Agent = import('../engine/agent.ts').Agent;\nexport type { Upward } from '../matching/upward.ts';\n",
    finding: /src\/runtime\/agent\.ts:3 {2}layers: runtime\/ may not import matching\//,
  },
  {
    file: 'src/errors/public.ts',
    text: "/** x */\nexport * from '../index.ts';\n",
    finding: /src\/errors\/public\.ts:2 {2}layers: errors\/ may not import the entry/,
  },
  {
    file: 'src/index.ts',
    text: '/** x */\nexport {};\n',
    finding:
      /circle: src\/engine\/agent\.ts → src\/runtime\/agent\.ts → src\/engine\/agent\.ts \(types only\)/,
  },
  {
    file: 'src/wire/ring-a.ts',
    text: "/** x */\nimport './ring-b.ts';\n",
    finding: /wire\/ring-[ab]\.ts:2 {2}circle: (src\/wire\/ring-[ab]\.ts → ){2}src\/wire\/ring-[ab]\.ts$/m,
  },
  {
    file: 'src/wire/ring-b.ts',
    text: "/** x */\nimport './ring-c.ts';\nimport './ring-a.ts';\n",
    finding: /dead-code/,
  },
  {
    file: 'src/wire/ring-c.ts',
    text: '/** x */\n',
    finding: /dead-code/,
  },
  {
    file: 'src/p2p/outside.ts',
    text: "/** x */\nimport '../../test/a.ts';\n",
    finding: /p2p\/outside\.ts:2 {2}layers: "\.\.\/\.\.\/test\/a\.ts" leaves src/,
  },
  {
    file: 'src/p2p/self.ts',
    text: "/** x */\nimport 'parley';\n",
    finding: /p2p\/self\.ts:2 {2}layers: "parley": inside src\/ imports are relative/,
  },
  {
    file: 'src/p2p/native.ts',
    text: "/** x */\nimport 'koffi';\n",
    finding: /p2p\/native\.ts:2 {2}layers: p2p\/ may not import the package "koffi"/,
  },
  {
    file: 'src/novel/a.ts',
    text: '/** x */\n',
    finding: /novel\/a\.ts:1 {2}layers: the folder src\/novel\/ is not in/,
  },
  {
    file: 'src/model/state.ts',
    text: '/** x */\nlet count = 0;\nexport const next = (): number => ++count;\n',
    finding: /model\/state\.ts:2 {2}module-state: "count" can be assigned/,
  },
  {
    file: 'src/model/cache.ts',
    text: '/** x */\nexport const cache: Map<string, number> = new Map<string, number>();\n',
    finding: /model\/cache\.ts:2 {2}module-state: "cache" is filled/,
  },
  {
    file: 'src/model/counter.ts',
    text: '/** x */\nexport class Counter {\n  static next: number = 0;\n}\n',
    finding: /model\/counter\.ts:3 {2}module-state: the static field "next"/,
  },
  {
    file: 'src/wire/long.ts',
    text: `/** x */\n${'\n'.repeat(400)}`,
    finding: /wire\/long\.ts:300 {2}length: 401 lines where 300/,
  },
  {
    file: 'src/wire/bare.ts',
    text: 'export {};\n',
    finding: /wire\/bare\.ts:1 {2}header/,
  },
  {
    file: 'src/wire/camelCase.ts',
    text: '/** x */\n',
    finding: /camelCase\.ts:1 {2}file-name/,
  },
  {
    file: 'src/wire/loud.ts',
    text: '/** x */\nconsole.log(1);\n',
    finding: /wire\/loud\.ts:2 {2}leftover: a print/,
  },
  {
    file: 'src/wire/later.ts',
    text: glue('/** x */\n// TO', 'DO: later\n'),
    finding: /wire\/later\.ts:2 {2}leftover: a mark/,
  },
  {
    file: 'test/a.test.ts',
    text: glue('it.on', "ly('x', () => {});\n"),
    finding: /test\/a\.test\.ts:1 {2}leftover: a test that shuts out/,
  },
  {
    file: 'docs/a.md',
    text: glue('See /wo', 'rk/main/x.\n'),
    finding: /docs\/a\.md:1 {2}words: a path of one machine/,
  },
  {
    file: 'docs/b.md',
    text: glue('Written by an assis', 'tant.\n'),
    finding: /docs\/b\.md:1 {2}words: talk/,
  },
  {
    file: 'CONTRIBUTING.md',
    text: '| `matching/` | posted receives | transport |\n',
    finding: /CONTRIBUTING\.md:1 {2}layers: no such row in tools\/layers\.mjs: \| `matching/,
  },
  {
    file: 'package-lock.json',
    text: '{ "packages": { "node_modules/x": { "resolved": "https://example.com/x.tgz" } } }',
    finding: /package-lock\.json:1 {2}words: node_modules\/x names a registry/,
  },
  {
    file: 'src/collectives/unused.ts',
    text: '/** x */\nexport const unused: number = 1;\n',
    finding: /collectives\/unused\.ts:1 {2}dead-code: nothing imports this file/,
  },
];

/** Allowed neighbours of the bad ones. */
const GOOD: Record<string, string> = {
  'package.json': '{ "name": "x", "type": "module" }',
  'knip.json': '{ "entry": ["src/index.ts", "test/*.ts"], "project": ["src/**/*.ts"] }',
  'src/transport/a.ts': '/** x */\nexport const a: number = 1;\n',
  'src/engine/both.ts': "/** x */\nimport '../matching/upward.ts';\nimport '../transport/a.ts';\n",
  'src/model/table.ts': '/** x */\nexport const table: ReadonlyMap<string, number> = new Map();\n',
  'docs/good.md': 'MPI sessions, https://example.org/work/x, the root of src/root/tree.\n',
};

describe('tidy', () => {
  describe('in a tree with one offence of each kind', () => {
    const root = mkdtempSync(join(tmpdir(), 'tidy-'));
    after(() => rmSync(root, { recursive: true }));
    const files = [...Object.entries(GOOD), ...BAD.map(({ file, text }) => [file, text] as const)];
    for (const [file, text] of files) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
    const { status, output } = tidy('--root', root);

    it('fails', () => assert.equal(status, 1, output));

    for (const { file, finding } of BAD) {
      it(`finds ${finding.source.replaceAll('\\', '')} (${file})`, () => assert.match(output, finding));
    }

    it('finds nothing in the allowed neighbours', () => {
      for (const file of Object.keys(GOOD)) {
        const pattern = new RegExp(`^${file}:\\d+ {2}(?!dead-code)`, 'm');
        assert.doesNotMatch(output, pattern);
      }
    });
  });
});
