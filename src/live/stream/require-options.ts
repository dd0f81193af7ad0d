/** Options that are numbers: a wrong one would only show itself later, as a send that hangs or as a timer that fires without end. */
import { inspect } from 'node:util';
import { MPIError } from '../../index.ts';

/** What an option has to be, in words, and whether a number is that. */
export interface WantedNumber {
  readonly what: string;
  readonly is: (value: number) => boolean;
}

export const WHOLE_FROM_ONE: WantedNumber = {
  what: 'a whole number from 1',
  is: (value) => Number.isSafeInteger(value) && value >= 1,
};

export const ABOVE_ZERO: WantedNumber = { what: 'a number above 0', is: (value) => value > 0 };

export const FROM_ZERO: WantedNumber = { what: 'a number from 0', is: (value) => value >= 0 };

/**
 * Requires each option that is given to be as is wanted.
 *
 * @throws {MPIError} MPI_ERR_ARG
 */
export function requireOptions<Options extends object>(
  options: Options,
  wanted: { readonly [name in keyof Options]?: WantedNumber },
): void {
  for (const [name, { what, is }] of Object.entries<WantedNumber>(wanted as Record<string, WantedNumber>)) {
    const value: unknown = options[name as keyof Options];
    if (value === undefined || (typeof value === 'number' && is(value))) continue;
    throw new MPIError(
      'MPI_ERR_ARG',
      `Cannot open a stream with ${name} ${inspect(value)}: ${what} is wanted`,
    );
  }
}
