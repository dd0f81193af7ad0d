/** How series are drawn where a plain line is not what is wanted. */
import uPlot from 'uplot';

const DOT = 3;

/** A small square for each point: thousands of them are one path. */
export const dots: uPlot.Series.PathBuilder = (plot, seriesIndex, from, to) => {
  const path = new Path2D();
  const [xs, ys] = [plot.data[0], plot.data[seriesIndex] ?? []];
  const size = DOT * uPlot.pxRatio;
  for (let index = from; index <= to; index += 1) {
    const y = ys[index];
    if (y === null || y === undefined) continue;
    path.rect(
      plot.valToPos(xs[index] ?? 0, 'x', true) - size / 2,
      plot.valToPos(y, 'y', true) - size / 2,
      size,
      size,
    );
  }
  return { fill: path };
};

export const steps: uPlot.Series.PathBuilder = uPlot.paths.stepped?.({ align: 1 }) ?? dots;
