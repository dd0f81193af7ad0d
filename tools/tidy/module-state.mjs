/**
 * The rule that state is passed down: src/ has no `let` or `var` at the top of a module, no empty container that
 * waits to be filled there, and no static field that can be assigned. Tables (containers that are filled where they
 * are declared, or whose type is readonly) are values, not state.
 */
import ts from 'typescript';
import { lineOf } from './source-tree.mjs';

const RULE = 'module-state';
const CONTAINERS = new Set(['Map', 'Set', 'WeakMap', 'WeakSet', 'Array']);

/** @param {import('./source-tree.mjs').SourceTree} tree */
export function checkModuleState(tree, allowed) {
  const findings = [];
  const needed = new Set();
  for (const file of tree.sources) {
    const report = (node, text) => {
      needed.add(file);
      if (allowed[file] === undefined) findings.push({ file, line: lineOf(node), rule: RULE, text });
    };
    for (const statement of tree.tree(file).statements) {
      if (ts.isVariableStatement(statement)) checkVariables(statement, report);
      if (ts.isClassDeclaration(statement)) checkStaticFields(statement, report);
    }
  }
  for (const file of Object.keys(allowed)) {
    if (!needed.has(file)) {
      findings.push({
        file: 'tools/layers.mjs',
        line: 1,
        rule: RULE,
        text: `MODULE_STATE_ALLOWED names ${file}, which has none`,
      });
    }
  }
  return findings;
}

function checkVariables(statement, report) {
  const constant = (statement.declarationList.flags & ts.NodeFlags.Const) !== 0;
  for (const declaration of statement.declarationList.declarations) {
    const name = declaration.name.getText();
    if (!constant) report(declaration, `"${name}" can be assigned at module level; pass it down instead`);
    else if (isEmptyContainer(declaration))
      report(declaration, `"${name}" is filled at module level; pass it down instead`);
  }
}

function isEmptyContainer({ type, initializer }) {
  if (initializer === undefined || /^(readonly\b|Readonly)/.test(type?.getText() ?? '')) return false;
  if (ts.isArrayLiteralExpression(initializer)) return initializer.elements.length === 0;
  if (ts.isObjectLiteralExpression(initializer)) return initializer.properties.length === 0;
  return (
    ts.isNewExpression(initializer) &&
    CONTAINERS.has(initializer.expression.getText()) &&
    (initializer.arguments ?? []).length === 0
  );
}

function checkStaticFields(statement, report) {
  for (const member of statement.members) {
    if (!ts.isPropertyDeclaration(member)) continue;
    const modifiers = (ts.getModifiers(member) ?? []).map(({ kind }) => kind);
    if (
      modifiers.includes(ts.SyntaxKind.StaticKeyword) &&
      !modifiers.includes(ts.SyntaxKind.ReadonlyKeyword)
    ) {
      report(
        member,
        `the static field "${member.name.getText()}" can be assigned; make it readonly or pass it down`,
      );
    }
  }
}
