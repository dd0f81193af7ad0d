/**
 * Compares our public types with the contract file that fixes the names (`../shared/api/parley.d.ts` beside the
 * checkout; skipped where there is none): each exported name and each member must exist and have a type that fits.
 * What is not there yet is listed in tools/contract-pending.json; an entry that has come true must go.
 *
 *     node tools/check-contract.mjs [--contract FILE] [--accept]     --accept writes the list anew
 */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { compare } from './contract/comparison.mjs';
import { readContract } from './contract/declarations.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');
const PENDING = path.join(import.meta.dirname, 'contract-pending.json');

const { values } = parseArgs({
  options: {
    contract: { type: 'string', default: path.join(ROOT, '../shared/api/parley.d.ts') },
    accept: { type: 'boolean', default: false },
  },
});
if (fs.existsSync(values.contract)) check();
else console.log('contract: there is none beside the checkout; skipped');

function check() {
  const { exports } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const pending = JSON.parse(fs.readFileSync(PENDING, 'utf8'));
  const labels = [];
  const problems = new Map();
  for (const contract of readContract(fs.readFileSync(values.contract, 'utf8'))) {
    const entry = exports[contract.module.replace(/^parley/, '.')];
    const types = path.join(ROOT, entry?.types ?? 'missing');
    if (!fs.existsSync(types)) {
      console.log(
        `contract: "${contract.module}" has no compiled types (${path.relative(ROOT, types)}); run "npm run build"`,
      );
      process.exitCode = 1;
      return;
    }
    const prefix = contract.module === 'parley' ? '' : `${contract.module}:`;
    const result = compare(contract, types);
    labels.push(...result.labels.map((label) => prefix + label));
    for (const [label, text] of result.problems) problems.set(prefix + label, text);
  }
  if (values.accept) fs.writeFileSync(PENDING, `${JSON.stringify([...problems.keys()].sort(), null, 2)}\n`);
  else report(labels, problems, pending);
}

function report(labels, problems, pending) {
  const covers = (entry, label) => label === entry || label.startsWith(`${entry}.`);
  const unexpected = [...problems].filter(([label]) => !pending.some((entry) => covers(entry, label)));
  const stale = pending.filter((entry) => ![...problems.keys()].some((label) => covers(entry, label)));
  for (const [label, text] of unexpected) console.log(`contract: ${label}: ${text}`);
  for (const entry of stale)
    console.log(`contract: "${entry}" fits now; take it out of tools/contract-pending.json`);
  const missing = labels.filter((label) => pending.some((entry) => covers(entry, label))).length;
  console.log(
    `contract: ${labels.length} names and members, ${missing} pending, ${unexpected.length} wrong, ${stale.length} stale`,
  );
  process.exitCode = unexpected.length + stale.length === 0 ? 0 : 1;
}
