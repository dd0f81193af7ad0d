/** What χ²/ndf of a null test says: 1 within three of its standard deviations √(2/ndf) is as it should be. */

const SIGMAS_ALLOWED = 3;

export interface NullTestVerdict {
  readonly text: string;
  readonly isGood: boolean;
  readonly explanation: string;
}

export function nullTestVerdict(test: {
  readonly chiSquare: number;
  readonly degreesOfFreedom: number;
}): NullTestVerdict {
  const { chiSquare, degreesOfFreedom } = test;
  if (!(degreesOfFreedom > 0))
    return { text: '–', isGood: true, explanation: 'Too few shots for a null test' };
  const reduced = chiSquare / degreesOfFreedom;
  const sigma = Math.sqrt(2 / degreesOfFreedom);
  const isGood = Math.abs(reduced - 1) <= SIGMAS_ALLOWED * sigma;
  const expected = `1 ± ${sigma.toFixed(2)} is expected of ${degreesOfFreedom} degrees of freedom`;
  return {
    text: reduced.toFixed(2),
    isGood,
    explanation: isGood
      ? `${expected}: both halves of the shots agree`
      : `${expected}: the halves of the shots differ`,
  };
}
