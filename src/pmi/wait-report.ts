/**
 * What a process waits for, as it tells those who look at it from outside: plain values, and their text in its wait page
 * (wait-page.ts). A list of many peers is packed by their jobs, so that a wait for any rank of a few hundred still fits.
 */
import { jobOf, jobRankOf, processId, type ProcessId } from '../model/process-id.ts';

/** A process whose doing would end a wait. */
export interface AwaitedPeer {
  readonly process: ProcessId;
  /** Its rank in the communicator; null where it has none there. */
  readonly rank: number | null;
}

/** One wait of a process. */
export interface ReportedWait {
  /** The verb, as the program has called it: `recv`, `allreduce`, `accept`. */
  readonly operation: string;
  /** Name of the communicator in quotes, or what it is; '' where there is none. */
  readonly communicator: string;
  /** Whose doing would end it; any one of them where there are several. */
  readonly peers: readonly AwaitedPeer[];
  /** Peers that found no room in {@link peers}. */
  readonly otherPeers: number;
  /** True where others than the peers could end it too: a client at a port, a timeout. */
  readonly open: boolean;
  /** Null for any, and where there is none. */
  readonly tag: number | null;
  /** What is to be moved, e.g. `8 × float64`; '' where that is not known. */
  readonly data: string;
  /** Line of the program that waits: `/home/me/app.ts:12:5`; '' where it is not known. */
  readonly site: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** All that a process waits for. */
export interface WaitReport {
  /** Its thread is blocked; else it awaits, and may do other things meanwhile. */
  readonly blocked: boolean;
  readonly waits: readonly ReportedWait[];
  /** Waits that found no room in {@link waits}. */
  readonly otherWaits: number;
}

/** Characters of a text in a report; the beginning of a path is worth less than its end. */
const TEXT_CHARACTERS_MAX = 200;

/** A report as text of at most `bytesMax` bytes: the first waits that fit, and each wait with the first peers that fit. */
export function formatWaitReport(report: WaitReport, bytesMax: number): string {
  const waits: string[] = [];
  const frame = Buffer.byteLength(textOf([], report.blocked, Number.MAX_SAFE_INTEGER));
  let room = bytesMax - frame;
  for (const wait of report.waits) {
    const text = fitting(wait, room);
    if (text === null) break;
    room -= Buffer.byteLength(text) + 1;
    waits.push(text);
  }
  return textOf(waits, report.blocked, report.waits.length - waits.length + report.otherWaits);
}

const textOf = (waits: readonly string[], blocked: boolean, otherWaits: number): string =>
  `{"blocked":${String(blocked)},"otherWaits":${String(otherWaits)},"waits":[${waits.join(',')}]}`;

/** A wait with as many of its peers as fit, halving their number until they do; null where even none fits. */
function fitting(wait: ReportedWait, bytesMax: number): string | null {
  for (let count = wait.peers.length; ; count = Math.floor(count / 2)) {
    const text = JSON.stringify({
      ...wait,
      peers: packed(wait.peers.slice(0, count)),
      otherPeers: wait.otherPeers + wait.peers.length - count,
      communicator: endOf(wait.communicator),
      data: endOf(wait.data),
      site: endOf(wait.site),
    });
    if (Buffer.byteLength(text) <= bytesMax) return text;
    if (count === 0) return null;
  }
}

const endOf = (text: string): string =>
  text.length <= TEXT_CHARACTERS_MAX ? text : `…${text.slice(-TEXT_CHARACTERS_MAX)}`;

/** For each job the ranks in the communicator (-1 for none) and in the job, in turns. */
function packed(peers: readonly AwaitedPeer[]): Record<string, number[]> {
  const byJob: Record<string, number[]> = {};
  for (const { process, rank } of peers) (byJob[jobOf(process)] ??= []).push(rank ?? -1, jobRankOf(process));
  return byJob;
}

const JOB = /^[0-9a-f]{32}$/;

function unpacked(value: unknown): AwaitedPeer[] | null {
  if (typeof value !== 'object' || value === null) return null;
  const peers: AwaitedPeer[] = [];
  for (const [job, ranks] of Object.entries(value)) {
    if (!JOB.test(job) || !Array.isArray(ranks) || !ranks.every(isSmallInteger)) return null;
    for (let k = 0; k + 1 < ranks.length; k += 2) {
      const [rank = -1, jobRank = -1] = ranks.slice(k, k + 2);
      if (jobRank < 0) return null;
      peers.push({ process: processId(job, jobRank), rank: rank < 0 ? null : rank });
    }
  }
  return peers;
}

const isSmallInteger = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= -1 && value < 2 ** 31;

/** The report in a text that may be anything; null where there is none in it. */
export function parseWaitReport(text: string): WaitReport | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { blocked, waits, otherWaits } = value as Record<string, unknown>;
  if (typeof blocked !== 'boolean' || !Array.isArray(waits) || !isCount(otherWaits)) return null;
  const read = waits.map(parseWait);
  return read.every((wait) => wait !== null) ? { blocked, waits: read, otherWaits } : null;
}

function parseWait(value: unknown): ReportedWait | null {
  if (typeof value !== 'object' || value === null) return null;
  const wait = value as Record<string, unknown>;
  const { operation, communicator, otherPeers, open, tag, data, site, since } = wait;
  const peers = unpacked(wait['peers']);
  if (peers === null || !isCount(otherPeers) || typeof open !== 'boolean' || typeof since !== 'number')
    return null;
  if (tag !== null && typeof tag !== 'number') return null;
  if (!isText(operation) || !isText(communicator) || !isText(data) || !isText(site)) return null;
  return { operation, communicator, peers, otherPeers, open, tag, data, site, since };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isText = (value: unknown): value is string => typeof value === 'string';
