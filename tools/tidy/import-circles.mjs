/**
 * Import circles: for each knot of files that all reach each other, one finding with its shortest circle. Circles of
 * imports that remain at run time come first; a knot that types alone close is named as such.
 */

/**
 * @param {Map<string, { file: string, line: number, isType: boolean }[]>} graph  what each file imports
 */
export function findCircles(graph) {
  const atRunTime = new Map(
    [...graph].map(([file, targets]) => [file, targets.filter(({ isType }) => !isType)]),
  );
  const real = knots(atRunTime).map((knot) => describe(atRunTime, knot, ''));
  const known = new Set(real.map(({ file }) => file));
  const typed = knots(graph)
    .filter((knot) => !knot.some((file) => known.has(file)))
    .map((knot) => describe(graph, knot, ' (types only)'));
  return [...real, ...typed];
}

function describe(graph, knot, remark) {
  const circles = knot.map((file) => shortestCircle(graph, file)).sort((a, b) => a.length - b.length);
  const circle = circles[0];
  const { line } = graph.get(circle[0]).find(({ file }) => file === circle[1]);
  const size = knot.length > circle.length - 1 ? `, in a knot of ${knot.length} files` : '';
  return { file: circle[0], line, rule: 'circle', text: `${circle.join(' → ')}${size}${remark}` };
}

/** Breadth first from a file of a knot back to itself. */
function shortestCircle(graph, start) {
  const cameFrom = new Map();
  const queue = [start];
  for (const file of queue) {
    for (const { file: target } of graph.get(file) ?? []) {
      if (target === start) {
        const circle = [start];
        for (let at = file; at !== undefined; at = cameFrom.get(at)) circle.unshift(at);
        return circle;
      }
      if (!cameFrom.has(target)) {
        cameFrom.set(target, file);
        queue.push(target);
      }
    }
  }
  throw new Error(`${start} is in no circle`);
}

/** The strongly connected components that hold a circle (Tarjan). */
function knots(graph) {
  const found = [];
  const index = new Map();
  const low = new Map();
  const stack = [];
  const visit = (file) => {
    index.set(file, index.size);
    low.set(file, index.get(file));
    stack.push(file);
    for (const { file: target } of graph.get(file) ?? []) {
      if (!index.has(target)) visit(target);
      if (stack.includes(target)) low.set(file, Math.min(low.get(file), low.get(target)));
    }
    if (low.get(file) !== index.get(file)) return;
    const knot = stack.splice(stack.indexOf(file));
    const importsItself = graph.get(file)?.some(({ file: target }) => target === file) === true;
    if (knot.length > 1 || importsItself) found.push(knot);
  };
  for (const file of graph.keys()) if (!index.has(file)) visit(file);
  return found;
}
