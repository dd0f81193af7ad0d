/**
 * Rules about imports in src/: every import keeps to the layer table, stays inside src/ or names a package that is
 * a dependency of that layer, and no files import each other in a circle.
 */
import path from 'node:path';
import ts from 'typescript';
import { findCircles } from './import-circles.mjs';
import { layerOf, lineOf } from './source-tree.mjs';

/** @param {import('./source-tree.mjs').SourceTree} tree */
export function checkImports(tree, layers) {
  const table = new Map(layers.map((layer) => [layer.folder, layer]));
  const findings = [];
  const graph = new Map();
  for (const file of tree.sources) {
    const targets = [];
    graph.set(file, targets);
    const layer = table.get(layerOf(file));
    const report = (line, text) => findings.push({ file, line, rule: 'layers', text });
    if (layer === undefined) {
      report(
        1,
        `the folder src/${layerOf(file)}/ is not in tools/layers.mjs; add it, with what it may import`,
      );
      continue;
    }
    for (const { specifier, line, isType } of importsOf(tree.tree(file))) {
      if (specifier.startsWith('.')) {
        const target = path.posix.join(path.posix.dirname(file), specifier);
        if (target === 'package.json') continue;
        if (!target.startsWith('src/')) report(line, `"${specifier}" leaves src/`);
        else if (!tree.has(target)) report(line, `"${specifier}" does not exist`);
        else {
          targets.push({ file: target, line, isType });
          const problem = layerProblem(layer, layerOf(target));
          if (problem !== undefined) report(line, `${problem} ("${specifier}")`);
        }
      } else if (specifier.startsWith('#') || /^parley(\/|$)/.test(specifier)) {
        report(line, `"${specifier}": inside src/ imports are relative`);
      } else if (!specifier.startsWith('node:')) {
        const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
        if (!(layer.packages ?? []).includes(name)) {
          report(
            line,
            `${shown(layer.folder)} may not import the package "${name}" (Node's own modules start with "node:")`,
          );
        }
      }
    }
  }
  checkTable(layers, findings);
  return [...findings, ...findCircles(graph)];
}

function layerProblem(layer, target) {
  if (target === layer.folder || layer.imports.includes(target)) return undefined;
  const allowed = layer.imports.map(shown).join(', ') || 'nothing';
  return `${shown(layer.folder)} may not import ${shown(target)}: it may import ${allowed}`;
}

/** A table with a circle in itself would allow circles of folders. */
function checkTable(layers, findings) {
  const allowed = new Map(
    layers.map(({ folder, imports }) => [
      folder,
      imports.map((name) => ({ file: name, line: 1, isType: false })),
    ]),
  );
  for (const { text } of findCircles(allowed))
    findings.push({ file: 'tools/layers.mjs', line: 1, rule: 'layers', text });
}

/** Every module that a file names: import, export … from, import(), import types, require(); erased ones are types. */
function importsOf(sourceFile) {
  const found = [];
  const add = (literal, isType) => {
    if (literal !== undefined && ts.isStringLiteralLike(literal)) {
      found.push({ specifier: literal.text, line: lineOf(literal), isType });
    }
  };
  const visit = (node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.isTypeOnly === true);
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && isModuleCall(node)) add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(sourceFile);
  return found;
}

function isModuleCall({ expression }) {
  const isRequire = ts.isIdentifier(expression) && expression.text === 'require';
  return isRequire || expression.kind === ts.SyntaxKind.ImportKeyword;
}

function shown(folder) {
  return folder === '.' ? 'the entry (src/*.ts)' : `${folder}/`;
}
