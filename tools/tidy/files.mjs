/**
 * Rules about single files: a name in kebab-case, a header comment, a length that one sits through, and nothing
 * left behind that was meant for the moment.
 */

const LINES_MAX = 300;
const CODE_FILE = /\.([cm]?[jt]s|tsx)$/;
const NAME = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)+$/;
const COMMENT_LINE = /^\s*(\*|\/\/|\/\*)/;
/** Patterns are spelled so that they do not find themselves. */
const LEFTOVERS = [
  { pattern: /\b(?:TO[D]O|FIX[M]E|XX[X]|HAC[K])\b/, text: 'a mark of unfinished work' },
  { pattern: /\.only\(|\bonly: true\b/, text: 'a test that shuts out the others', where: /^test\// },
  { pattern: /^\s*debugge[r]\b/, text: 'a breakpoint' },
  { pattern: /@ts-(?:ignore|nochec[k])/, text: 'a type error that is hidden' },
  {
    pattern: /\bconsole\.\w+\(/,
    text: 'a print to the console',
    inComments: false,
    where: /^src\/(?!cli\/|bench\/)/,
  },
];

/** @param {import('./source-tree.mjs').SourceTree} tree */
export function checkFiles(tree) {
  const findings = [];
  for (const file of tree.files.filter((name) => CODE_FILE.test(name))) {
    const lines = tree.text(file).split('\n');
    const report = (line, rule, text) => findings.push({ file, line, rule, text });
    if (/^(src|test|tools)\//.test(file) && !NAME.test(file.split('/').at(-1))) {
      report(1, 'file-name', 'file names are in kebab-case');
    }
    if (/^(src|tools)\//.test(file)) {
      const first = lines[0].startsWith('#!') ? lines[1] : lines[0];
      if (!first?.startsWith('/**'))
        report(1, 'header', 'the file does not begin by saying what it is: start with a /** comment */');
      const length = lines.length - 1;
      if (length > LINES_MAX)
        report(
          LINES_MAX,
          'length',
          `${length} lines where ${LINES_MAX} are the most; which part is a thing of its own?`,
        );
    }
    lines.forEach((text, index) => {
      for (const leftover of LEFTOVERS) {
        if (leftover.where?.test(file) === false || !leftover.pattern.test(text)) continue;
        if (leftover.inComments === false && COMMENT_LINE.test(text)) continue;
        report(index + 1, 'leftover', `${leftover.text}: ${text.trim().slice(0, 80)}`);
      }
    });
  }
  return findings;
}
