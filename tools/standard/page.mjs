/** The text of docs/standard.md. */

const HEAD = `# The standard's functions

What stands here for each function of MPI-4.1, and the tests that show it. \`comm.send\` is a member of every communicator, \`intra.dup\` one of
intracommunicators, \`inter.merge\` one of intercommunicators, \`MPI.wtime\` an export. The verbs that stand for blocking functions end in
\`Sync\`; those without it start and return a request, which is awaited. \`Into\` marks the forms for buffers. What is said of a function
holds for its large-count form (\`MPI_Send_c\`), too.

This page is generated and must not be edited: \`node tools/standard.mjs\` writes it from \`tools/standard/\`, finds out what exists and which
tests use it, and \`npm run ok -- standard\` fails where it is stale.
`;

/**
 * @param {{ chapters, otherChapters, beyond }} standard  what functions.mjs and beyond.mjs say
 * @param {import('./verdicts.mjs').Verdicts} verdicts
 * @param {{ cases, notHere, tests: string[] }} conformance
 */
export function page({ chapters, otherChapters, beyond }, verdicts, conformance) {
  const counts = { here: 0, toCome: 0, notHere: 0 };
  const sections = chapters.map(({ number, title, rows }) => [
    `\n## ${number} · ${title}\n`,
    ...table(
      ['§', 'MPI', 'here', 'tests'],
      rows.map((row) => functionRow(row, verdicts, counts)),
    ),
  ]);
  const others = table(
    ['chapter', 'why not here'],
    otherChapters.map(({ number, title, reason }) => [`${number} ${title}`, reason]),
  );
  const beyondRows = beyond.map(([ours, what]) => {
    const { cell, tests } = judged('beyond.mjs', ours, verdicts);
    return [cell, what, tests];
  });
  return [
    HEAD,
    `Rows: ${counts.here} here, ${counts.toCome} to come in whole or in part, ${counts.notHere} not here, with the reason.`,
    ...sections.flat(),
    '\n## Other chapters\n',
    ...others,
    '\n## Beyond the standard\n',
    ...table(['name', 'what', 'tests'], beyondRows),
    '\n## Conformance cases\n',
    'What the public MPI test suites demand, as tests of ours.\n',
    ...table(['case', 'what', 'test'], caseRows(conformance, verdicts)),
    '',
  ].join('\n');
}

function functionRow([section, name, ours, note], verdicts, counts) {
  const functions = name.split(', ').map(code).join(', ');
  if (ours === null) {
    counts.notHere += 1;
    if (!note) verdicts.report(`${name} is not here, and nothing says why`);
    return [section, functions, `not here: ${note}`, ''];
  }
  const { cell, tests, isWhole } = judged(name, ours, verdicts);
  if (isWhole) counts.here += 1;
  else counts.toCome += 1;
  return [section, functions, note === undefined ? cell : `${cell}<br>${note}`, tests];
}

function judged(row, ours, verdicts) {
  const { done, toCome, tests } = verdicts.judge(row, ours);
  const parts = [done.map(code).join(', ')];
  if (toCome.length > 0) parts.push(`to come: ${toCome.map(code).join(', ')}`);
  return {
    cell: parts.filter(Boolean).join('; '),
    tests: tests.map(link).join(', '),
    isWhole: toCome.length === 0,
  };
}

function caseRows({ cases, notHere, tests }, verdicts) {
  return cases.map(([id, title, note]) => {
    const test = tests.find(
      (file) => file.startsWith(`test/conformance/${id.toLowerCase()}-`) && file.endsWith('.test.ts'),
    );
    if (test !== undefined && id in notHere)
      verdicts.report(`${id} has a test, and cases.mjs says that it cannot be told`);
    const place = test === undefined ? (id in notHere ? `not here: ${notHere[id]}` : 'to come') : link(test);
    return [id, note === undefined ? title : `${title}<br>${note}`, place];
  });
}

function link(test) {
  return `[${test.replace(/^test\//, '').replace(/\.test\.ts$/, '')}](../${test})`;
}

function code(name) {
  return /^(Mpi|MPI)_|^_|^[a-z]/.test(name) || name.includes('.') ? `\`${name}\`` : name;
}

/** Not padded to columns: one longer cell would change every line. */
function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    '<!-- prettier-ignore-start -->',
    line(head),
    line(head.map(() => '---')),
    ...rows.map(line),
    '<!-- prettier-ignore-end -->',
  ];
}
