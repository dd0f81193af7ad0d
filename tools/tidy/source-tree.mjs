/**
 * The files of a checkout as the rules of tidy see them: the list that git has (with what is new and not
 * ignored), their text, and the syntax tree of what is TypeScript, each read once.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** Where there is no git, these hold nothing of ours. */
const IGNORED_FOLDERS = new Set(['node_modules', 'dist', 'lib', 'build', 'out', '.git']);

export class SourceTree {
  /** Paths relative to the root, sorted. */
  files;
  #root;
  #texts = new Map();
  #trees = new Map();

  constructor(root) {
    this.#root = root;
    this.files = (gitFiles(root) ?? walk(root)).sort();
  }

  get root() {
    return this.#root;
  }

  /** TypeScript files below src/. */
  get sources() {
    return this.files.filter((file) => file.startsWith('src/') && /\.tsx?$/.test(file));
  }

  has(file) {
    return this.files.includes(file);
  }

  text(file) {
    let text = this.#texts.get(file);
    if (text === undefined) {
      text = fs.readFileSync(path.join(this.#root, file), 'utf8');
      this.#texts.set(file, text);
    }
    return text;
  }

  /** @returns {ts.SourceFile} */
  tree(file) {
    let tree = this.#trees.get(file);
    if (tree === undefined) {
      tree = ts.createSourceFile(file, this.text(file), ts.ScriptTarget.Latest, true);
      this.#trees.set(file, tree);
    }
    return tree;
  }
}

/** Line of a node, counted from 1. */
export function lineOf(node) {
  return node.getSourceFile().getLineAndCharacterOfPosition(node.getStart()).line + 1;
}

/** The folder of src/ that a file stands in; `.` for src/ itself. */
export function layerOf(file) {
  const parts = file.split('/');
  return parts.length > 2 ? parts[1] : '.';
}

function gitFiles(root) {
  const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (listed.status !== 0) return undefined;
  // A file may be listed and already removed.
  return [...new Set(listed.stdout.split('\0'))].filter(
    (file) => file !== '' && isFile(path.join(root, file)),
  );
}

function isFile(file) {
  return fs.lstatSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

function walk(root, folder = '') {
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) return IGNORED_FOLDERS.has(entry.name) ? [] : walk(root, name);
    return entry.isFile() ? [name] : [];
  });
}
