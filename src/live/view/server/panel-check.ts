/** Panels that cannot be drawn are refused where they are shown, with the reason: a page cannot tell the author. */
import { MPIError } from '../../../index.ts';
import type { Panel } from '../panel.ts';

const NAME_CHARACTERS_MAX = 200;

export function requireTopicName(name: string): void {
  if (name.length > 0 && name.length <= NAME_CHARACTERS_MAX && !name.startsWith('$')) return;
  throw new MPIError(
    'MPI_ERR_ARG',
    `Cannot show ${JSON.stringify(name)}: a name has 1 to ${NAME_CHARACTERS_MAX} characters and does not begin with "$"`,
  );
}

export function requirePanel(name: string, panel: Panel): void {
  const problem = problemOf(panel);
  if (problem !== undefined)
    throw new MPIError('MPI_ERR_ARG', `Cannot show ${JSON.stringify(name)} as ${panel.kind}: ${problem}`);
}

function problemOf(panel: Panel): string | undefined {
  switch (panel.kind) {
    case 'image':
      return matrixProblem(panel.data.length, panel.shape);
    case 'histogram2d':
      return matrixProblem(panel.counts.length, panel.shape);
    case 'histogram':
      return lengthProblem('edges', panel.edges.length, panel.counts.length + 1);
    case 'scatter':
      return lengthProblem('y', panel.y.length, panel.x.length);
    case 'lines': {
      const length = panel.series[0]?.y.length ?? 0;
      return [
        lengthOfX(panel.x, length),
        ...panel.series.map(({ label, y }) => lengthProblem(`series "${label}"`, y.length, length)),
        ...panel.series.map(({ label, error }) =>
          lengthProblem(`error of "${label}"`, error?.length ?? length, length),
        ),
      ].find((problem) => problem !== undefined);
    }
    case 'difference': {
      const { length } = panel.on;
      return [
        lengthOfX(panel.x, length),
        lengthProblem('off', panel.off.length, length),
        lengthProblem('difference', panel.difference?.length ?? length, length),
        lengthProblem('error', panel.error?.length ?? length, length),
      ].find((problem) => problem !== undefined);
    }
    default:
      return undefined;
  }
}

function matrixProblem(elements: number, [rows, columns]: readonly [number, number]): string | undefined {
  if (rows * columns === elements && Number.isSafeInteger(rows) && rows >= 0) return undefined;
  return `it has ${elements} elements where the shape ${rows} × ${columns} wants ${rows * columns}`;
}

function lengthOfX(x: { readonly length: number } | object | undefined, length: number): string | undefined {
  return x !== undefined && 'length' in x ? lengthProblem('x', x.length, length) : undefined;
}

function lengthProblem(what: string, is: number, wanted: number): string | undefined {
  return is === wanted ? undefined : `${what} has ${is} elements where ${wanted} are wanted`;
}
