/** SHA-256, as this server uses it: to compare secrets, and to name the one script of its page that stands in the text. */
import { createHash } from 'node:crypto';

export function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
