/**
 * Makes scripts of the bundler's modules: functions that src/loading/script-loader.ts runs, whose code V8 can keep. A module
 * stays one where a script could not do the same: it waits at its top level, or imports a package that has nothing but modules.
 *
 * Lines stay where they are, so the maps of the source stay true.
 */
import { createRequire, isBuiltin } from 'node:module';
import path from 'node:path';
import { readFileSync } from 'node:fs';
import ts from 'typescript';

const CHUNKS = 'chunks';
const SCRIPTS = 'scripts';
const LOADER = 'loading/script-loader.js';
/** Of these builtins functions alone are used, by few programs: they are loaded at the first call, which saves some 5 ms of a start. */
const LATE = ['node:crypto', 'node:child_process'];
const MAP_LINE = /\n\/\/# sourceMappingURL=.*\s*$/;

/**
 * @param {{ path: string, text: string }[]} files of the bundler, with paths relative to the bundle
 * @param {string} root the package's folder
 * @returns {{ path: string, text: string }[]}
 */
export function makeScripts(files, root) {
  const modules = new Map();
  for (const file of files) if (file.path.endsWith('.js')) modules.set(file.path, readModule(file, root));
  const isScript = scriptsAmong(modules);
  return files.map((file) => {
    const name = file.path.replace(/\.map$/, '');
    if (file.path !== name) return isScript(name) ? { ...file, path: inScripts(file.path) } : file;
    const module = modules.get(name);
    if (module === undefined || name === LOADER) return file;
    if (isScript(name)) return { path: inScripts(name), text: scriptOf(module, isScript) };
    return { path: name, text: moduleOf(module, isScript) };
  });
}

/** What of a module has to be known, and where it stands. */
function readModule({ path: file, text }, root) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const require = createRequire(path.join(root, 'package.json'));
  const module = {
    file,
    text,
    imports: [],
    exports: [],
    dynamic: [],
    metas: [],
    waits: false,
    modulesOnly: false,
  };
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) {
      const specifier = statement.moduleSpecifier.text;
      module.imports.push({ node: statement, specifier, clause: statement.importClause });
      if (!isRelative(specifier) && !canRequire(specifier, require)) module.modulesOnly = true;
    } else if (ts.isExportDeclaration(statement)) {
      if (statement.moduleSpecifier !== undefined) throw new Error(`${file}: exports of another module`);
      module.exports.push(statement);
    } else if (statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) {
      throw new Error(`${file}: the bundler is expected to export by one list`);
    }
  }
  const visit = (node, inFunction) => {
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined))
      module.waits ||= !inFunction;
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) module.metas.push(node);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [target] = node.arguments;
      const specifier = ts.isStringLiteralLike(target) && isRelative(target.text) ? target.text : null;
      module.dynamic.push({ node, specifier });
    }
    const inside = inFunction || ts.isFunctionLike(node);
    ts.forEachChild(node, (child) => visit(child, inside));
  };
  visit(source, false);
  return module;
}

/** Whether a file becomes a script: its text allows that, and all that it imports become scripts. */
function scriptsAmong(modules) {
  const known = new Map();
  const isScript = (file) => {
    let is = known.get(file);
    if (is !== undefined) return is;
    const module = modules.get(file);
    is =
      module !== undefined &&
      path.dirname(file) === CHUNKS &&
      !module.waits &&
      !module.modulesOnly &&
      module.imports.every(
        ({ specifier }) => !isRelative(specifier) || isScript(targetOf(module, specifier)),
      );
    known.set(file, is);
    return is;
  };
  return isScript;
}

function scriptOf(module, isScript) {
  const replace = [...dynamicImports(module, isScript)];
  for (const { node, specifier, clause } of module.imports) {
    if (LATE.includes(specifier) && clause?.namedBindings?.elements !== undefined) {
      replace.push([node, lateFunctions(clause, specifier)]);
      continue;
    }
    const from = isRelative(specifier)
      ? `load(${quoted(nameOf(targetOf(module, specifier)))})`
      : `require(${quoted(specifier)})`;
    replace.push([node, declaration(clause, from)]);
  }
  for (const node of module.metas) replace.push([node, 'meta']);
  const returned = module.exports.flatMap(({ exportClause }) => exportClause.elements).map(exported);
  for (const node of module.exports) replace.push([node, '']);
  const text = edited(module.text, replace);
  const map = MAP_LINE.exec(text)?.[0] ?? '';
  const body = text.slice(0, text.length - map.length);
  const mapLine = map.replace('.js', '.cjs');
  return `(function (load, require, meta) { 'use strict'; ${body}\nreturn { ${returned.join(', ')} };\n})${mapLine}`;
}

/** The same module, with what has become scripts loaded as such, and builtins not imported: modules of them would be made first. */
function moduleOf(module, isScript) {
  const replace = [...dynamicImports(module, isScript)];
  for (const { node, specifier, clause } of module.imports) {
    if (isBuiltin(specifier))
      replace.push([node, declaration(clause, `process.getBuiltinModule(${quoted(specifier)})`)]);
    else if (isRelative(specifier) && isScript(targetOf(module, specifier)))
      replace.push([
        node,
        declaration(clause, `scripts.load(${quoted(nameOf(targetOf(module, specifier)))})`),
      ]);
  }
  const text = edited(module.text, replace);
  const loader = relativePath(path.dirname(module.file), LOADER);
  if (!/\bscripts\.load\(/.test(text)) return text;
  return `import { scripts } from ${quoted(loader)}; ${text}`;
}

/** `import('./chunk.js')`: of a script, or of a module, which stands where it stood, while what imports it may have moved. */
function* dynamicImports(module, isScript) {
  const [load, moved] = isScript(module.file) ? ['load', true] : ['scripts.load', false];
  for (const { node, specifier } of module.dynamic) {
    const target = specifier === null ? null : targetOf(module, specifier);
    if (target !== null && isScript(target)) {
      yield [node, `Promise.resolve().then(() => ${load}(${quoted(nameOf(target))}))`];
    } else if (moved) {
      yield [node.expression, 'meta.import'];
      if (target !== null)
        yield [node.arguments[0], `new URL(${quoted(relativePath(SCRIPTS, target))}, meta.url).href`];
    }
  }
}

/** `import { a, b as c } from …` as a constant. */
function declaration(clause, from) {
  if (clause === undefined) return `${from};`;
  const { name, namedBindings } = clause;
  if (namedBindings === undefined) return `const ${name.text} = ${from};`;
  if (ts.isNamespaceImport(namedBindings)) return `const ${namedBindings.name.text} = ${from};`;
  const named = namedBindings.elements.map(({ propertyName, name: local }) =>
    propertyName === undefined ? local.text : `${propertyName.text}: ${local.text}`,
  );
  if (name === undefined) return `const { ${named.join(', ')} } = ${from};`;
  return `const ${name.text} = ${from}, { ${named.join(', ')} } = ${name.text};`;
}

/** `import { f, g as h } from …` as functions that load what they call. */
function lateFunctions({ namedBindings }, specifier) {
  return namedBindings.elements
    .map(({ propertyName, name }) => {
      const original = (propertyName ?? name).text;
      if (!isFunction(builtins(specifier)[original]))
        throw new Error(`${specifier}: ${original} is no function`);
      return `const ${name.text} = (...values) => require(${quoted(specifier)}).${original}(...values);`;
    })
    .join(' ');
}

function exported({ propertyName, name }) {
  return propertyName === undefined ? name.text : `${name.text}: ${propertyName.text}`;
}

/** Each node's text is replaced, and its lines are kept. */
function edited(text, replacements) {
  let result = text;
  for (const [node, replacement] of replacements.sort(([a], [b]) => b.getStart() - a.getStart())) {
    const old = text.slice(node.getStart(), node.end);
    const lines = '\n'.repeat(old.split('\n').length - 1);
    result = `${result.slice(0, node.getStart())}${replacement}${lines}${result.slice(node.end)}`;
  }
  return result;
}

/** A package that `require` loads as well, of which a module and a script get the same. */
function canRequire(specifier, require) {
  if (isBuiltin(specifier)) return true;
  let file;
  try {
    file = require.resolve(specifier);
  } catch {
    return false;
  }
  if (/\.[cm]js$/.test(file)) return file.endsWith('.cjs');
  for (let folder = path.dirname(file); folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const text = tryRead(path.join(folder, 'package.json'));
    if (text !== undefined) return JSON.parse(text).type !== 'module';
  }
  return false;
}

function tryRead(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

const builtins = createRequire(import.meta.url);
const isFunction = (value) => typeof value === 'function' && !/^class\b/.test(String(value));
const isRelative = (specifier) => specifier.startsWith('.');
const targetOf = ({ file }, specifier) => path.join(path.dirname(file), specifier);
const nameOf = (file) => path.basename(file, '.js');
const inScripts = (file) => path.join(SCRIPTS, path.basename(file).replace('.js', '.cjs'));
const relativePath = (from, to) => path.relative(from, to).replace(/^(?!\.)/, './');
const quoted = (text) => JSON.stringify(text);
