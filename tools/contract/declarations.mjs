/**
 * Reads what a contract file (`declare module 'name' { … }`) declares, as pieces of text that can be set side by
 * side with our own types: for each exported name its kind, and for classes and interfaces one type for each member.
 */
import ts from 'typescript';

/**
 * @typedef {{ name: string, type: string, assignable: boolean }} Member  `type` is a type literal with this member
 * @typedef {{ kind: 'function' | 'const' | 'alias' | 'object', name: string, isValue: boolean, isType: boolean,
 *   parameters: string, arguments: string, type: string, bases: string[], members: Member[], statics: Member[] }} Declaration
 * @typedef {{ module: string, imports: string[], declarations: Declaration[] }} ContractModule
 */

/** @returns {ContractModule[]} */
export function readContract(text) {
  const file = ts.createSourceFile('contract.d.ts', text, ts.ScriptTarget.Latest, true);
  return file.statements.filter(ts.isModuleDeclaration).map((module) => {
    const statements = [...(module.body?.statements ?? [])];
    return {
      module: module.name.text,
      imports: statements.filter(ts.isImportDeclaration).map((statement) => statement.getText()),
      declarations: merge(
        statements.filter((statement) => !ts.isImportDeclaration(statement)).flatMap(describe),
      ),
    };
  });
}

function describe(statement) {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map((declaration) => ({
      ...blank('const', declaration.name.getText()),
      isValue: true,
      type: declaration.type.getText(),
    }));
  }
  if (ts.isFunctionDeclaration(statement)) {
    return [
      { ...blank('function', statement.name.text), isValue: true, type: `{ ${signature(statement)} }` },
    ];
  }
  if (ts.isTypeAliasDeclaration(statement)) {
    return [
      {
        ...blank('alias', statement.name.text),
        isType: true,
        ...generics(statement),
        type: statement.type.getText(),
      },
    ];
  }
  if (ts.isInterfaceDeclaration(statement) || ts.isClassDeclaration(statement)) {
    const isStatic = (member) => modifiers(member).includes(ts.SyntaxKind.StaticKeyword);
    const members = [...statement.members];
    return [
      {
        ...blank('object', statement.name.text),
        isType: true,
        isValue: ts.isClassDeclaration(statement),
        ...generics(statement),
        bases: (statement.heritageClauses ?? []).flatMap(({ types }) => types.map((type) => type.getText())),
        members: membersOf(members.filter((member) => !isStatic(member))),
        statics: membersOf(members.filter(isStatic)),
      },
    ];
  }
  throw new Error(
    `Cannot read the contract: it holds a statement of an unknown kind: ${statement.getText().slice(0, 80)}`,
  );
}

function blank(kind, name) {
  return {
    kind,
    name,
    isValue: false,
    isType: false,
    parameters: '',
    arguments: '',
    type: '',
    bases: [],
    members: [],
    statics: [],
  };
}

/** Overloads are one function. */
function merge(declarations) {
  const byName = new Map();
  for (const declaration of declarations) {
    const former = byName.get(declaration.name);
    if (former?.kind === 'function')
      former.type = former.type.replace(/ }$/, `; ${declaration.type.slice(2)}`);
    else byName.set(declaration.name, declaration);
  }
  return [...byName.values()];
}

/** Methods become properties with call signatures: the compiler compares their parameters strictly then. */
function membersOf(members) {
  const byName = new Map();
  for (const member of members) {
    const name = ts.isConstructorDeclaration(member) ? 'new' : member.name.getText();
    if (
      modifiers(member).includes(ts.SyntaxKind.PrivateKeyword) ||
      ts.isPrivateIdentifier(member.name ?? member)
    )
      continue;
    const isMethod = ts.isMethodSignature(member) || ts.isMethodDeclaration(member);
    const former = byName.get(name) ?? { name, signatures: [], optional: false, type: '', assignable: false };
    byName.set(name, former);
    if (name === 'new') former.signatures.push(`new ${signature(member, 'any')}`);
    else if (isMethod) former.signatures.push(signature(member));
    else {
      former.type = member.type.getText();
      former.assignable = !modifiers(member).includes(ts.SyntaxKind.ReadonlyKeyword);
    }
    former.optional ||= member.questionToken !== undefined;
  }
  return [...byName.values()].map(({ name, signatures, optional, type, assignable }) => {
    const value = signatures.length > 0 ? `{ ${signatures.join('; ')} }` : type;
    return {
      name: name.replace(/^\[|\]$/g, ''),
      type: name === 'new' ? value : `{ ${name}${optional ? '?' : ''}: ${value} }`,
      assignable: assignable && !optional,
    };
  });
}

function signature(node, result = 'void') {
  const parameters = node.parameters.map((parameter) => parameter.getText()).join(', ');
  return `${generics(node).parameters}(${parameters}): ${node.type?.getText() ?? result}`;
}

function generics({ typeParameters }) {
  if (typeParameters === undefined) return { parameters: '', arguments: '' };
  return {
    parameters: `<${typeParameters.map((parameter) => parameter.getText()).join(', ')}>`,
    arguments: `<${typeParameters.map((parameter) => parameter.name.text).join(', ')}>`,
  };
}

function modifiers(node) {
  return (ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : []).map(({ kind }) => kind);
}
