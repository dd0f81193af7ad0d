/** The words by which one program is told from the next in the output of several (several.ts). */
export const BEGINS = 'program begins:';
export const IS_OVER = 'program is over:';
