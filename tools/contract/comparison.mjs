/**
 * Compares a module of the contract with our own types: writes a program in which each name and each member is one
 * assignment, compiles it in memory, and tells which assignments the compiler refuses.
 *
 * Inside the assignments every name of the contract means ours of the same name. So each is judged by itself: a
 * member is right where its own shape is, however wrong the types are that it mentions.
 */
import path from 'node:path';
import ts from 'typescript';

/** What programs write themselves: here theirs must fit ours, too. */
const WRITTEN_BY_PROGRAMS = /(Options|Placement|Command)$/;

/**
 * @param {import('./declarations.mjs').ContractModule} contract
 * @param {string} typesFile  our declarations for the module
 * @returns {{ labels: string[], problems: Map<string, string> }} what was compared, and what is wrong with it
 */
export function compare(contract, typesFile) {
  const ours = exportsOf(typesFile);
  const problems = new Map();
  const program = new Assignments(typesFile, contract, ours);
  const labels = contract.declarations.flatMap((declaration) => {
    const { name, isValue, isType } = declaration;
    const own = ours.get(name);
    if (own === undefined) problems.set(name, 'is not exported');
    else if (isValue && !own.isValue) problems.set(name, 'is exported as a type only');
    else if (isType && !own.isType) problems.set(name, 'is no type');
    else program.add(declaration);
    return [
      name,
      ...[...declaration.members, ...declaration.statics].map((member) => `${name}.${member.name}`),
    ];
  });
  for (const [label, message] of program.refused()) problems.set(label, message);
  return { labels, problems };
}

class Assignments {
  #file;
  #lines;
  #labels = [];

  constructor(typesFile, { imports, declarations }, ours) {
    this.#file = path.join(path.dirname(typesFile), '.contract-comparison.ts');
    const specifier = `./${path.basename(typesFile).replace(/\.d\.ts$/, '.js')}`;
    const known = declarations.map(({ name }) => name).filter((name) => ours.has(name));
    const unknown = declarations.filter(({ name }) => !ours.has(name));
    this.#lines = [
      `import type * as Ours from '${specifier}';`,
      `import type { ${known.join(', ')} } from '${specifier}';`,
      ...imports,
      // What we do not have yet is anything, so that what mentions it can still be compared.
      ...unknown
        .filter(({ isType }) => isType)
        .map(({ name }) => `type ${name}<A = any, B = any, C = any> = any;`),
      ...unknown
        .filter(({ isValue, isType }) => isValue && !isType)
        .map(({ name }) => `declare const ${name}: any;`),
    ].map((line) => line.replaceAll('\n', ' '));
  }

  add(declaration) {
    const { kind, name, parameters, type, bases, members, statics } = declaration;
    const own = `${name}${declaration.arguments}`;
    const fits = (label, source, target) =>
      this.#line(label, `(${parameters}(source: ${source}): ${target} => source);`);
    if (kind === 'function') fits(name, `typeof Ours.${name}`, type);
    if (kind === 'const') fits(name, `typeof Ours.${name}`, type === 'unique symbol' ? 'symbol' : type);
    if (kind === 'alias') {
      fits(name, own, type);
      fits(name, type, own);
    }
    for (const base of bases) fits(name, own, base);
    for (const member of members.filter(({ name: memberName }) => memberName !== 'new')) {
      const label = `${name}.${member.name}`;
      fits(label, own, member.type);
      if (member.assignable)
        this.#line(
          label,
          `(${parameters}(target: ${own}, source: ${member.type}) => { target.${member.name} = source.${member.name}; });`,
        );
    }
    for (const member of [...statics, ...members.filter(({ name: memberName }) => memberName === 'new')]) {
      fits(`${name}.${member.name}`, `typeof Ours.${name}`, member.type);
    }
    if (WRITTEN_BY_PROGRAMS.test(name))
      fits(name, [...members.map((member) => member.type), ...bases].join(' & '), own);
  }

  /** Labels with the compiler's words for what does not fit. */
  refused() {
    const text = this.#lines.join('\n');
    const options = compilerOptions();
    const host = ts.createCompilerHost(options);
    const { getSourceFile, fileExists } = host;
    host.fileExists = (file) => file === this.#file || fileExists(file);
    host.getSourceFile = (file, ...rest) =>
      file === this.#file ? ts.createSourceFile(file, text, rest[0], true) : getSourceFile(file, ...rest);
    const program = ts.createProgram([this.#file], options, host);
    const source = program.getSourceFile(this.#file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      (diagnostic) => {
        const { line } = source.getLineAndCharacterOfPosition(diagnostic.start);
        const words = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n').split('\n');
        return [this.#labels[line] ?? `line ${line + 1} of the comparison`, shortened(words)];
      },
    );
  }

  #line(label, text) {
    this.#labels[this.#lines.length] = label;
    this.#lines.push(text.replaceAll('\n', ' '));
  }
}

/** The first line says that it does not fit, the last ones why. */
function shortened(words) {
  const lines = words.map((line) => line.trim());
  return (lines.length <= 3 ? lines : [lines[0], ...lines.slice(-2)]).join(' … ');
}

function exportsOf(typesFile) {
  const program = ts.createProgram([typesFile], compilerOptions());
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(typesFile));
  return new Map(
    checker.getExportsOfModule(module).map((symbol) => {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      const isTypeOnly = symbol.declarations.every(
        (node) => ts.isExportSpecifier(node) && (node.isTypeOnly || node.parent.parent.isTypeOnly),
      );
      return [
        symbol.name,
        {
          isValue: !isTypeOnly && (target.flags & ts.SymbolFlags.Value) !== 0,
          isType: (target.flags & ts.SymbolFlags.Type) !== 0,
        },
      ];
    }),
  );
}

function compilerOptions() {
  return {
    strict: true,
    exactOptionalPropertyTypes: true,
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
    types: ['node'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    skipLibCheck: true,
    noEmit: true,
  };
}
