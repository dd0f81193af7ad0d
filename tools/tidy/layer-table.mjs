/**
 * The layer table that people read (CONTRIBUTING.md) is the one that is checked (tools/layers.mjs), as far as its
 * folders exist.
 */
const DOCUMENT = 'CONTRIBUTING.md';
const ROW = /^\| `(?:[\w-]+\/|src\/\*\.ts)` \|/;

/** @param {import('./source-tree.mjs').SourceTree} tree */
export function checkLayerTable(tree, layers) {
  if (!tree.has(DOCUMENT)) return [];
  const wanted = rows(tree, layers);
  const lines = tree.text(DOCUMENT).split('\n').map(normalized);
  const lacking = wanted.filter((row) => !lines.includes(row));
  const wrong = lines.filter((line) => ROW.test(line) && !wanted.includes(line));
  return [
    ...lacking.map((row) => ({ line: 1, text: `the layer table lacks the row: ${row}` })),
    ...wrong.map((row) => ({
      line: lines.indexOf(row) + 1,
      text: `no such row in tools/layers.mjs: ${row}`,
    })),
  ].map((finding) => ({ file: DOCUMENT, rule: 'layers', ...finding }));
}

function rows(tree, layers) {
  const exists = (folder) => folder === '.' || tree.sources.some((file) => file.startsWith(`src/${folder}/`));
  const shown = (folder) => (folder === '.' ? 'the entry' : folder);
  return layers
    .filter(({ folder }) => exists(folder))
    .map(({ folder, holds, imports, packages = [] }) => {
      const name = folder === '.' ? 'src/*.ts' : `${folder}/`;
      const allowed = [...imports.filter(exists).map(shown), ...packages.map((item) => `(${item})`)];
      return `| \`${name}\` | ${holds} | ${allowed.join(', ') || '–'} |`;
    });
}

/** Without the spaces that make columns. */
function normalized(line) {
  return line.replace(/ +/g, ' ').trim();
}
