/**
 * Who may see a page: whoever has its token, which is the first part of every path. A page of another origin that has got hold
 * of it, or a name that was bound to this host for the purpose (DNS rebinding), is refused before that: the Host of a request has
 * to be this host's, and the Origin of a socket has to be the Host.
 */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hash } from './hash.ts';

export interface AccessRules {
  readonly token: string;
  /** Names besides loopback and plain addresses. */
  readonly hosts: readonly string[];
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
