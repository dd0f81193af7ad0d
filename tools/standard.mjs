/**
 * Writes docs/standard.md: each function of the MPI standard, what stands here for it, and the tests that show it.
 * People edit tools/standard/functions.mjs and cases.mjs; what can be found out is found out: whether a name exists is
 * asked of the compiled types, which tests use it of the compiler, and what is only promised of contract-pending.json.
 *
 *     node tools/standard.mjs [--root DIR]            writes the page
 *     node tools/standard.mjs --check [--root DIR]    ends with 1 where the page is stale, prints what is wrong
 *
 * Either ends with 1 where a row names something that does not exist, a public name stands in no row, or no test uses it.
 */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import ts from 'typescript';
import * as ownBeyond from './standard/beyond.mjs';
import * as ownCases from './standard/cases.mjs';
import * as ownFunctions from './standard/functions.mjs';
import { page } from './standard/page.mjs';
import { PublicNames } from './standard/public-names.mjs';
import { TestUses } from './standard/test-uses.mjs';
import { Verdicts } from './standard/verdicts.mjs';

const { values } = parseArgs({
  options: { root: { type: 'string' }, check: { type: 'boolean', default: false } },
});
const root = path.resolve(values.root ?? path.join(import.meta.dirname, '..'));
/** What people say about the checkout; of another root, what they say there. */
const said = (name, own) =>
  values.root === undefined ? own : import(pathToFileURL(path.join(root, 'tools/standard', name)).href);
const { CHAPTERS, OTHER_CHAPTERS, RECEIVERS } = await said('functions.mjs', ownFunctions);
const { BEYOND } = await said('beyond.mjs', ownBeyond);
const { CASES, NOT_HERE } = await said('cases.mjs', ownCases);

const entry = path.join(root, 'dist/index.d.ts');
const program = ts.createProgram([entry, ...listTests()], {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  types: ['node'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
});
const pending = JSON.parse(fs.readFileSync(path.join(root, 'tools/contract-pending.json'), 'utf8'));
const verdicts = new Verdicts(
  new PublicNames(program, entry, RECEIVERS),
  new TestUses(program, root),
  pending,
);
const text = page({ chapters: CHAPTERS, otherChapters: OTHER_CHAPTERS, beyond: BEYOND }, verdicts, {
  cases: CASES,
  notHere: NOT_HERE,
  tests: listTests().map((file) => path.relative(root, file)),
});

const file = path.join(root, 'docs/standard.md');
const problems = [...verdicts.problems()];
if (!values.check) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
} else if (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text) {
  problems.push('docs/standard.md is stale; write it with "node tools/standard.mjs"');
}
for (const problem of problems) console.log(`standard: ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;

function listTests() {
  return fs
    .readdirSync(path.join(root, 'test'), { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => path.join(root, 'test', name));
}
