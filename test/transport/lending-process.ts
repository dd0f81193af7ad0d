/** The other process in tests of common loans: shows its memory, and where data lies in it, and stays until it is killed. */
import { loadLibc } from '#system/libc.js';
import { CARD_WORDS, PLACE_WORDS } from '#transport/common-block.js';
import { CommonLoans } from '#transport/shared-memory/common-loans.js';

const loans = new CommonLoans(loadLibc());
const data = new Uint8Array(10_000).map((_, k) => k % 251);
const words = new Int32Array(CARD_WORDS + PLACE_WORDS);
loans.show(words, 0);
loans.place(data, words, CARD_WORDS);
process.send!([...words]);
// What was lent, and what shows whose it is, stays where it is as long as somebody holds it.
const held = { loans, data };
process.on('message', () => process.send!(held.data.length));
