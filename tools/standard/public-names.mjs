/**
 * The public names of the package as its compiled types have them: whether `comm.bcast` or `MPI.openPort` exists, and
 * the declarations by which its uses are recognised. A member counts as the same in all classes that inherit it.
 */
import ts from 'typescript';

export class PublicNames {
  #checker;
  #exports;
  #receivers;

  /** `entry` is the package's index.d.ts, part of the program; `receivers` the words for classes (functions.mjs). */
  constructor(program, entry, receivers) {
    this.#checker = program.getTypeChecker();
    this.#receivers = receivers;
    const module = this.#checker.getSymbolAtLocation(program.getSourceFile(entry));
    this.#exports = new Map(
      this.#checker.getExportsOfModule(module).map((symbol) => [symbol.name, this.#target(symbol)]),
    );
  }

  /** What the contract calls a name of ours: `comm.bcast` is `Communicator.bcast`, `MPI.openPort` is `openPort`. */
  label(name) {
    const [receiver, member] = split(name);
    if (receiver === 'MPI') return member;
    return `${this.#receivers[receiver] ?? receiver}.${member}`;
  }

  /** The declarations of a name, or none where it does not exist. */
  declarations(name) {
    const [receiver, member] = split(name);
    if (receiver === 'MPI') return this.#exports.get(member)?.declarations ?? [];
    const found = new Set();
    const typeName = this.#receivers[receiver];
    if (typeName === undefined) {
      const property = this.#checker.getPropertyOfType(this.#staticType(receiver), member);
      return property?.declarations ?? [];
    }
    const owner = this.#exports.get(typeName);
    if (owner === undefined) return [];
    for (const symbol of this.#exports.values()) {
      if (symbol !== owner && !this.#inherits(symbol, owner)) continue;
      const property = this.#checker
        .getDeclaredTypeOfSymbol(symbol)
        .getProperties()
        .find((candidate) => nameOf(candidate) === member);
      for (const declaration of property?.declarations ?? []) found.add(declaration);
    }
    return [...found];
  }

  /** Every public value and every member of the classes that have a word, as `ours` would name them. */
  all() {
    const names = new Set();
    for (const [name, symbol] of this.#exports) {
      if ((symbol.flags & ts.SymbolFlags.Value) !== 0) names.add(`MPI.${name}`);
    }
    for (const [receiver, typeName] of Object.entries(this.#receivers)) {
      const symbol = this.#exports.get(typeName);
      if (symbol === undefined) continue;
      for (const property of this.#checker.getDeclaredTypeOfSymbol(symbol).getProperties()) {
        if (isPublic(property) && this.#isOurs(property)) names.add(`${receiver}.${nameOf(property)}`);
      }
    }
    return [...names];
  }

  #target(symbol) {
    return symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
  }

  #staticType(name) {
    const symbol = this.#exports.get(name);
    return this.#checker.getTypeOfSymbol(symbol ?? this.#checker.getUnknownSymbol());
  }

  #inherits(symbol, owner) {
    if ((symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface)) === 0) return false;
    const bases = this.#checker.getBaseTypes(this.#checker.getDeclaredTypeOfSymbol(symbol));
    return bases.some((base) => base.symbol === owner || this.#inherits(base.symbol, owner));
  }

  /** Members of Error and the like are the language's. */
  #isOurs(property) {
    return property.declarations?.some((node) => !/\/typescript\/lib\//.test(node.getSourceFile().fileName));
  }
}

/** `comm.Symbol.asyncDispose` is the member `Symbol.asyncDispose` of `comm`. */
function split(name) {
  const dot = name.indexOf('.');
  return [name.slice(0, dot), name.slice(dot + 1)];
}

/** Members that are named by a symbol have an internal name. */
function nameOf(property) {
  const known = /^__@(\w+)@/.exec(property.escapedName);
  return known === null ? property.name : `Symbol.${known[1]}`;
}

function isPublic(property) {
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return (
    !property.name.startsWith('#') &&
    !property.escapedName.startsWith('__#') &&
    !/^__[a-z]/.test(property.name) &&
    property.declarations?.every((node) => (ts.getCombinedModifierFlags(node) & hidden) === 0)
  );
}
