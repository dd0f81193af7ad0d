/** Pearson's coefficient of all pairs of finite numbers; NaN where one of the two does not vary. */

export function correlation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let [count, meanX, meanY, varianceX, varianceY, covariance] = [0, 0, 0, 0, 0, 0];
  for (let index = 0; index < x.length; index += 1) {
    const [a, b] = [x[index] ?? Number.NaN, y[index] ?? Number.NaN];
    if (!Number.isFinite(a) || !Number.isFinite(b)) continue;
    count += 1;
    const [stepX, stepY] = [a - meanX, b - meanY];
    meanX += stepX / count;
    meanY += stepY / count;
    varianceX += stepX * (a - meanX);
    varianceY += stepY * (b - meanY);
    covariance += stepX * (b - meanY);
  }
  return covariance / Math.sqrt(varianceX * varianceY);
}
