/**
 * The writer's cache of object shapes: a tree whose branches are keys, in the order in which objects have them.
 * Walking it with an object's keys costs a comparison of pointers for each, and ends at the keys' bytes, made
 * ready. Bounded: objects that find no room are written key by key, and when these are many, the tree starts anew.
 *
 * ```
 *          ┌─ a ── b ── c      {a, b, c}
 *   (root) ┤
 *          └─ id ┬─ x ── y     {id, x, y}
 *                └─ name       {id, name}
 * ```
 */
import * as format from './value-format.ts';
import { ValueWriter } from './value-writer.ts';

/** Objects with more keys, or longer ones, are data rather than records: they are not worth remembering. */
const KEYS_MAX = 100;
const KEY_LENGTH_MAX = 64;
const NODES_MAX = 4096;
const BLOCK_BYTES_MAX = 512 * 1024;
/** Walks that found no room, after which the tree's content is taken for outdated. */
const MISSES_MAX = 16 * NODES_MAX;

/** The keys of objects, ready to be written. */
export interface Shape {
  readonly keys: readonly string[];
  /** {@link format.SHAPED}, block length, block. */
  readonly header: Uint8Array;
  /** The message that has this shape already, and its number there. */
  message: number;
  id: number;
}

export class ShapeNode {
  /** The key that leads here. */
  readonly key: string;
  readonly parent: ShapeNode | null;
  readonly depth: number;
  /** The branch taken last; the others are found in {@link ShapeTree.branch}. */
  next: ShapeNode | null = null;
  branches: Map<string, ShapeNode> | null = null;
  shape: Shape | null = null;

  constructor(key: string, parent: ShapeNode | null) {
    this.key = key;
    this.parent = parent;
    this.depth = parent === null ? 0 : parent.depth + 1;
  }
}

export class ShapeTree {
  root: ShapeNode = new ShapeNode('', null);
  #nodes = 0;
  #blockBytes = 0;
  #misses = 0;
  readonly #block = new ValueWriter();
  readonly #header = new ValueWriter();

  /** The branch for the key where it is not `node.next`; null where there is no room for it. */
  branch(node: ShapeNode, key: string): ShapeNode | null {
    let child = node.branches?.get(key);
    if (child === undefined) {
      if (this.#nodes >= NODES_MAX || node.depth >= KEYS_MAX || key.length > KEY_LENGTH_MAX) {
        if (++this.#misses > MISSES_MAX) this.#startAnew();
        return null;
      }
      child = new ShapeNode(key, node);
      (node.branches ??= new Map()).set(key, child);
      this.#nodes++;
    }
    node.next = child;
    return child;
  }

  /** The shape that ends here. */
  shapeAt(node: ShapeNode): Shape {
    if (node.shape !== null) return node.shape;
    const keys: string[] = [];
    for (let at = node; at.parent !== null; at = at.parent) keys.unshift(at.key);
    this.#block.start();
    this.#block.length(keys.length);
    for (const key of keys) this.#block.string(key);
    this.#header.start();
    this.#header.byte(format.SHAPED);
    this.#header.length(this.#block.position);
    this.#header.raw(this.#block.bytes.subarray(0, this.#block.position));
    const header = new Uint8Array(this.#header.bytes.subarray(0, this.#header.position));
    const shape = { keys, header, message: -1, id: 0 };
    node.shape = shape;
    this.#blockBytes += header.length;
    if (this.#blockBytes > BLOCK_BYTES_MAX) this.#startAnew();
    return shape;
  }

  #startAnew(): void {
    this.root = new ShapeNode('', null);
    this.#nodes = 0;
    this.#blockBytes = 0;
    this.#misses = 0;
  }
}
