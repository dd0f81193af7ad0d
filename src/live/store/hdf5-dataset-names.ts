/**
 * What the datasets of columns are called: as the column, with `var_` in front where the length varies, and companions `_len` and
 * `_shape`. Where such a name is taken already, by another type of the same name, by a group, or by what a program calls its values,
 * the type is added: `x.float32`, `x.float32_2d`. A dataset `var_…` with one `var_…_len` beside it is always of varying length.
 */
import { elementClass } from '../update/element-types.ts';
import type { Column } from './hdf5-columns.ts';

export interface DatasetNames {
  readonly values: string;
  readonly length: string | undefined;
  readonly shape: string | undefined;
}

export function datasetNames(columns: readonly Column[]): DatasetNames[] {
  const groups = new Set<string>();
  for (const { path } of columns)
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) groups.add(path.slice(0, at));
  const used = new Set<string>();
  return columns.map((column) => {
    for (let attempt = 0; ; attempt += 1) {
      const names = namesOf(column, suffixOf(column, attempt));
      if (!areFree(names, used, groups)) continue;
      for (const name of listOf(names)) used.add(name);
      return names;
    }
  });
}

/** Whether a dataset is one of varying length, by its name and those that there are. */
export function hasLengths(name: string, names: { has(name: string): boolean }): boolean {
  return /(^|\/)var_[^/]*$/.test(name) && names.has(`${name}_len`);
}

function suffixOf({ code, dimensions, isScalar }: Column, attempt: number): string {
  if (attempt === 0) return '';
  const type = (elementClass(code)?.name ?? String(code)).replace(/^Big|Array$/g, '').toLowerCase();
  if (attempt === 1) return `.${type}`;
  const kind = isScalar ? `.${type}` : `.${type}_${dimensions}d`;
  return attempt === 2 ? kind : `${kind}.${attempt - 1}`;
}

function namesOf({ path, shape, dimensions }: Column, suffix: string): DatasetNames {
  const name = `${path}${suffix}`;
  if (shape !== undefined) return { values: name, length: undefined, shape: undefined };
  const values = name.replace(/(?<last>[^/]+)$/, (last) => (last.startsWith('var_') ? last : `var_${last}`));
  return { values, length: `${values}_len`, shape: dimensions > 1 ? `${values}_shape` : undefined };
}

const listOf = ({ values, length, shape }: DatasetNames): string[] =>
  [values, length, shape].filter((name) => name !== undefined);

function areFree(names: DatasetNames, used: ReadonlySet<string>, groups: ReadonlySet<string>): boolean {
  const list = listOf(names);
  if (list.some((name) => used.has(name) || groups.has(name))) return false;
  const all = { has: (name: string) => used.has(name) || list.includes(name) };
  return list.every((name) => {
    if (hasLengths(name, all) !== (name === names.values && names.length !== undefined)) return false;
    const before = name.replace(/_len$/, '');
    return before === name || list.includes(before) || !hasLengths(before, all) || !used.has(before);
  });
}
