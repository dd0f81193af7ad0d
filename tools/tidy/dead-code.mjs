/**
 * Dead files, exports, types and dependencies, as knip finds them (knip.json says what the entries are): what
 * neither the package, nor a test, an example or a tool uses is gone.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const KNIP = path.resolve(import.meta.dirname, '../../node_modules/knip/bin/knip.js');
/** What knip's groups mean, in our words. */
const GROUPS = {
  exports: 'nobody imports the export',
  types: 'nobody uses the exported type',
  duplicates: 'exported twice',
  dependencies: 'the package is never used; take it out of package.json:',
  devDependencies: 'the package is never used; take it out of package.json:',
  unlisted: 'the package is not in package.json:',
  binaries: 'the command is not of a package in package.json:',
  unresolved: 'the import does not resolve:',
};

/** @param {import('./source-tree.mjs').SourceTree} tree */
export function checkDeadCode(tree) {
  if (!fs.existsSync(path.join(tree.root, 'knip.json'))) return [];
  const done = spawnSync(
    process.execPath,
    [KNIP, '--reporter', 'json', '--no-exit-code', '--no-config-hints'],
    {
      cwd: tree.root,
      // Its loader of configurations would leave a cache in the temporary folder.
      env: { ...process.env, JITI_FS_CACHE: 'false' },
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  if (done.status !== 0) {
    return [
      {
        file: 'knip.json',
        line: 1,
        rule: 'dead-code',
        text: `knip failed: ${(done.stderr || done.stdout).trim()}`,
      },
    ];
  }
  const { files, issues } = JSON.parse(done.stdout);
  const report = (file, line, text) => ({ file, line, rule: 'dead-code', text });
  return [
    ...files.map((file) => report(file, 1, 'nothing imports this file')),
    ...issues.flatMap((issue) =>
      Object.entries(GROUPS).flatMap(([group, text]) =>
        (issue[group] ?? []).flat().map(({ name, line }) => report(issue.file, line ?? 1, `${text} ${name}`)),
      ),
    ),
  ];
}
