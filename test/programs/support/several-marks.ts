/** The words by which one program is told from the next in the output of several (several.ts). */
export const BEGINS = 'program begins:';
export const IS_OVER = 'program is over:';

/** Names the one way in which a program is to run its cases, where these leave that open; all where it is empty. */
export const WAY_VARIABLE = 'CASES_WAY';
