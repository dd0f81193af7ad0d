/**
 * Which tests use a public name, as the compiler understands them: a use is an access, a call or a destructuring whose
 * property the type checker resolves to the declaration of that name, so that an array's `join` is not ours. Rank
 * programs name a verb for both ways of waiting in a string (`way.call(world, 'bcast', …)`): that is a use of `bcast`
 * of the first argument's type, and of `bcastSync`.
 *
 * A use in a rank program belongs to the tests that launch it, one in a module to those that import it. A program that
 * no test is seen to launch shows nothing.
 */
import path from 'node:path';
import ts from 'typescript';

/** What tests are run with, rather than what they show. */
const MACHINERY = /^test\/(harness\/|programs\/support\/|api\/hold-at-ranks\.ts)/;
/** Calls whose first argument is the name of a rank program; tests wrap them in functions of a parameter `program`. */
const LAUNCHERS = new Set(['holdAtRanks', 'runRanks', 'startRanks', 'programFile']);
const PROGRAM_PARAMETER = 'program';

export class TestUses {
  #checker;
  #root;
  /** By file: how often each declaration is used there. */
  #uses = new Map();
  /** By test file: the files whose uses are its own. */
  #parts = new Map();

  constructor(program, root) {
    this.#checker = program.getTypeChecker();
    this.#root = root;
    const sources = program
      .getSourceFiles()
      .map((source) => ({ source, file: path.relative(root, source.fileName) }))
      .filter(({ file }) => file.startsWith('test/') && !MACHINERY.test(file));
    for (const { source, file } of sources) this.#uses.set(file, this.#usesIn(source));
    const byFile = new Map(sources.map(({ source, file }) => [file, source]));
    for (const [file, source] of byFile)
      if (file.endsWith('.test.ts')) this.#parts.set(file, this.#partsOf(file, source, byFile));
  }

  /** The tests that use one of the declarations, those that use it most first. */
  of(declarations) {
    const tests = [];
    for (const [test, parts] of this.#parts) {
      let count = 0;
      for (const part of parts)
        for (const declaration of declarations) count += this.#uses.get(part)?.get(declaration) ?? 0;
      if (count > 0) tests.push({ test, count });
    }
    return tests.sort((a, b) => b.count - a.count || (a.test < b.test ? -1 : 1)).map(({ test }) => test);
  }

  #usesIn(source) {
    const uses = new Map();
    // Programs that hold in one way of waiting alone await.
    const awaitsOnly = /\brunCasesOnce\b/.test(source.text) && !/\brunCases\b/.test(source.text);
    const suffixes = awaitsOnly ? [''] : ['', 'Sync'];
    const visit = (node) => {
      if (ts.isImportDeclaration(node)) return;
      for (const symbol of this.#usedBy(node, suffixes)) {
        const target = symbol?.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
        for (const declaration of target?.declarations ?? [])
          uses.set(declaration, (uses.get(declaration) ?? 0) + 1);
      }
      ts.forEachChild(node, visit);
    };
    ts.forEachChild(source, visit);
    return uses;
  }

  /** What a node itself uses, its parts aside. */
  #usedBy(node, suffixes) {
    const member = (expression, name) => this.#checker.getPropertyOfType(this.#type(expression), name);
    if (ts.isIdentifier(node)) return [this.#checker.getSymbolAtLocation(node)];
    if (ts.isElementAccessExpression(node)) {
      const { expression, argumentExpression: key } = node;
      const symbol = /^Symbol\.(\w+)$/.exec(key.getText())?.[1];
      if (symbol !== undefined) return [memberBySymbol(this.#type(expression), symbol)];
      return this.#texts(key).map((name) => member(expression, name));
    }
    if (ts.isForOfStatement(node) && node.awaitModifier !== undefined)
      return [memberBySymbol(this.#type(node.expression), 'asyncIterator')];
    if (isAwaitUsing(node)) return [memberBySymbol(this.#type(node.name), 'asyncDispose')];
    if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent))
      return [member(node.parent, (node.propertyName ?? node.name).getText())];
    if (this.#isCallByName(node)) {
      const [comm, verb] = node.arguments;
      return this.#texts(verb).flatMap((name) => suffixes.map((suffix) => member(comm, name + suffix)));
    }
    return [];
  }

  #isCallByName(node) {
    return (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      node.expression.name.text === 'call' &&
      this.#type(node.expression.expression).symbol?.name === 'Way'
    );
  }

  /** The test itself, what it imports of the tests, and the rank programs that it launches. */
  #partsOf(test, source, byFile) {
    const parts = new Set();
    const follow = (file) => {
      if (!byFile.has(file) || parts.has(file)) return;
      parts.add(file);
      for (const text of importsOf(byFile.get(file)))
        if (text.startsWith('.')) follow(path.join(path.dirname(file), text));
    };
    follow(test);
    for (const program of this.#launchedBy(source)) follow(`test/programs/${program}.ts`);
    return parts;
  }

  #launchedBy(source) {
    const programs = new Set();
    const visit = (node) => {
      ts.forEachChild(node, visit);
      if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression) || node.arguments.length === 0)
        return;
      const callee = this.#checker.getResolvedSignature(node)?.declaration?.parameters[0]?.name.getText();
      if (LAUNCHERS.has(node.expression.text) || callee === PROGRAM_PARAMETER)
        for (const text of this.#texts(node.arguments[0])) programs.add(text);
    };
    visit(source);
    return programs;
  }

  /** The strings that an expression may be. */
  #texts(expression) {
    const type = this.#type(expression);
    return (type.isUnion() ? type.types : [type])
      .filter((part) => part.isStringLiteral())
      .map((part) => part.value);
  }

  #type(node) {
    const type = this.#checker.getTypeAtLocation(node);
    return type.isTypeParameter() ? (this.#checker.getBaseConstraintOfType(type) ?? type) : type;
  }
}

function importsOf(source) {
  return source.statements.filter(ts.isImportDeclaration).map((statement) => statement.moduleSpecifier.text);
}

/** The member that is named by a symbol of the language; the compiler calls it `__@asyncDispose@37`. */
function memberBySymbol(type, name) {
  return type.getProperties().find(({ escapedName }) => escapedName.startsWith(`__@${name}@`));
}

function isAwaitUsing(node) {
  return (
    ts.isVariableDeclaration(node) &&
    (node.parent.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing
  );
}
