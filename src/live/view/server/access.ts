/**
 * Who may see a page: whoever has its token, which is the first part of every path. A page of another origin that has got hold
 * of it, or a name that was bound to this host for the purpose (DNS rebinding), is refused before that: the Host of a request has
 * to be this host's, and the Origin of a socket has to be the Host.
 */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { MPIError } from '../../../index.ts';
import { hash } from './hash.ts';

export interface AccessRules {
  readonly token: string;
  /** Names besides loopback and plain addresses. */
  readonly hosts: readonly string[];
}

/** What stands in a path as it is, whoever writes the address down (RFC 3986, section 3.3). */
const TOKEN = /^[\w.~!$&'()*+,;=:@-]+$/;

/** @throws MPIError of class MPI_ERR_ARG where no address could have it, or where everybody would */
export function requireToken(token: string): void {
  // Browsers take the names of this folder and of the one above out of a path.
  if (TOKEN.test(token) && token !== '.' && token !== '..') return;
  throw new MPIError(
    'MPI_ERR_ARG',
    `Cannot serve a page under the token ${JSON.stringify(token)}: it has to consist of letters, digits and -._~!$&'()*+,;=:@, at least one, and not be "." or ".."`,
  );
}

/** What follows the token in the path; undefined where access is refused. */
export function pathBehindToken(request: IncomingMessage, rules: AccessRules): string | undefined {
  if (!isOurHost(request.headers.host, rules) || !isSameOrigin(request)) return undefined;
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const end = path.indexOf('/', 1);
  const token = path.slice(1, end < 0 ? undefined : end);
  // Digests are of one length, so the comparison tells nothing about the token's.
  if (!timingSafeEqual(hash(token), hash(rules.token))) return undefined;
  return end < 0 ? '' : path.slice(end + 1);
}

/** Rebinding needs a name: plain addresses cannot be bound to anything else. */
function isOurHost(host: string | undefined, { hosts }: AccessRules): boolean {
  if (host === undefined) return false;
  const name = hostname(host);
  return name === 'localhost' || isIP(name) !== 0 || hosts.includes(name);
}

/** Programs send no Origin; browsers always do where it matters. */
function isSameOrigin({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return true;
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}

const hostname = (host: string): string =>
  host
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase();
