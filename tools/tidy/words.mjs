/**
 * Words that have no place in the tree: paths and hosts of one machine, and talk about how the text came to be.
 * The project speaks of itself alone, and runs anywhere.
 */

const BINARY = /\.(png|npy|jpe?g|gz|tgz|h5|ico|woff2?)$/;
/** Patterns are spelled so that they do not find themselves. */
const FORBIDDEN = [
  { pattern: /(?<![\w.$}\])-])\/(?:wor[k]|roo[t])\//, text: 'a path of one machine' },
  { pattern: /\/tmp\/(?:bash_job[s]|brie[f])/, text: 'a path of one machine' },
  {
    pattern: /registry\.(?:npmj[s]|yarnpk[g])|\b(?:npmmirro[r]|artifactor[y]|verdacci[o]|jfro[g])\b/i,
    text: 'the host of a registry',
  },
  {
    pattern:
      /\b(?:assistan[t]s?|claud[e]|anthropi[c]|chatgp[t]|copilo[t]|LL[M]s?|A[I]|language mode[l]s?)\b/i,
    text: 'talk about how the text came to be',
  },
  {
    pattern: /\bissue #?\d+\b|\b(?:this|last|previous|earlier) sessio[n]\b|\bthe brie[f]\b/i,
    text: 'talk about how the text came to be',
  },
  {
    pattern: /\bshared\/(?:seed[s]|researc[h]|prototype[s]|conformanc[e]|DESIG[N]|STYL[E])|\bseed[s]\/00\d/,
    text: 'a file outside the project',
  },
];

/** @param {import('./source-tree.mjs').SourceTree} tree */
export function checkWords(tree) {
  const findings = [];
  for (const file of tree.files) {
    if (BINARY.test(file)) continue;
    const text = tree.text(file);
    if (text.includes('\0')) continue;
    if (file === 'package-lock.json') {
      findings.push(...checkLockFile(text));
      continue;
    }
    text.split('\n').forEach((line, index) => {
      for (const { pattern, text: what } of FORBIDDEN) {
        const match = pattern.exec(line);
        if (match !== null)
          findings.push({ file, line: index + 1, rule: 'words', text: `${what}: "${match[0]}"` });
      }
    });
  }
  return findings;
}

/** The lock file fixes versions and contents; where they come from is everybody's own setting. */
function checkLockFile(text) {
  return Object.entries(JSON.parse(text).packages)
    .filter(([, entry]) => /^https?:/.test(entry.resolved ?? ''))
    .map(([name]) => ({
      file: 'package-lock.json',
      line: 1,
      rule: 'words',
      text: `${name} names a registry; install with "npm install --omit-lockfile-registry-resolved"`,
    }));
}
