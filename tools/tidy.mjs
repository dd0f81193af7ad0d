/**
 * Holds the tree to the house rules that neither the compiler nor the linter knows: layers, import circles, module
 * state, dead code, the shape of files, words. Prints one line for each finding and ends with 1 where there is any.
 *
 *     node tools/tidy.mjs [--root DIR]
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { LAYERS, MODULE_STATE_ALLOWED } from './layers.mjs';
import { checkDeadCode } from './tidy/dead-code.mjs';
import { checkFiles } from './tidy/files.mjs';
import { checkImports } from './tidy/imports.mjs';
import { checkLayerTable } from './tidy/layer-table.mjs';
import { checkModuleState } from './tidy/module-state.mjs';
import { SourceTree } from './tidy/source-tree.mjs';
import { checkWords } from './tidy/words.mjs';

const { values } = parseArgs({ options: { root: { type: 'string' } } });
const tree = new SourceTree(path.resolve(values.root ?? path.join(import.meta.dirname, '..')));

const findings = [
  ...checkImports(tree, LAYERS),
  ...checkLayerTable(tree, LAYERS),
  ...checkModuleState(tree, values.root === undefined ? MODULE_STATE_ALLOWED : {}),
  ...checkFiles(tree),
  ...checkWords(tree),
  ...checkDeadCode(tree),
];
for (const { file, line, rule, text } of findings) console.log(`${file}:${line}  ${rule}: ${text}`);
console.log(`tidy: ${findings.length === 0 ? 'no' : findings.length} findings in ${tree.files.length} files`);
process.exitCode = findings.length === 0 ? 0 : 1;
