/**
 * Random words that make a name which nobody else has, or a mark that is found nowhere by accident. Not for secrets: these are
 * node:crypto's, which a process that does not need any does not load.
 */
export const randomWord = (): number => (Math.random() * 2 ** 32) | 0;

export function randomWords(count: number): Int32Array {
  return Int32Array.from({ length: count }, randomWord);
}

/** As text, eight digits a word. */
export function randomName(words: number): string {
  return Array.from(randomWords(words), (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}
