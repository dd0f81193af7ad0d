/** What `parley run` says on the error output: plain sentences that name the rank, and begin with `parley: `. */
import { causeText } from '../runtime/job-cause-text.ts';
import type { JobReport, JobResult } from '../runtime/job-report.ts';
import { formatDuration } from './duration.ts';
import { statusRows } from './status-rows.ts';

/** What is said to somebody who has given `parley run` its options. */
const SLOT_OPTIONS = '--no-oversubscribe forbids it, --slots says how many there are';

/** The lines for something that happens while the job runs; `slotOptions` is how slots are chosen there. */
export function reportMessage(report: JobReport, slotOptions: string = SLOT_OPTIONS): string {
  switch (report.type) {
    case 'swept': {
      const pids = [...new Set(report.jobs.flatMap(({ pid }) => pid ?? []))].join(', ');
      return `parley: removed from ${report.directory} what killed jobs have left there${pids === '' ? '' : ` (launcher ${pids})`}`;
    }
    case 'guardLost':
      return `parley: the guard is gone (${report.reason}): if this launcher is killed by SIGKILL, clean up by hand`;
    case 'asked':
      return `parley: asked ${countOf(report.alive, 'running rank')} to end; press Ctrl-C again to kill`;
    case 'timeLimit':
      return `parley: the time limit of ${formatDuration(report.limitMs)} is reached; ending the job:${statusRows(report.jobs)}`;
    case 'status':
      return `parley: the ranks of this job:${statusRows(report.jobs)}`;
    case 'oversubscribed':
      return (
        `parley: ${countOf(report.wanted, 'process')} spawned on ${String(Math.max(0, report.slots - report.running))} free of ` +
        `${countOf(report.slots, 'slot')}: they share cores (said once; ${slotOptions})`
      );
    case 'spawnedFailed': {
      const { cause, ranks } = report.result;
      return `parley: spawned job ${String(report.number)}: ${cause === null ? 'failed' : causeText(cause, ranks)}`;
    }
    case 'failed':
      return `parley: ${causeText(report.cause, report.ranks)}; the others go on (--keep-going)`;
  }
}

/** The last lines about a job that failed; null where nothing needs to be said. */
export function resultMessage(result: JobResult): string | null {
  const { cause, lastWords, lastWordsStand } = result;
  if (cause === null || cause.kind === 'interrupted' || cause.kind === 'timeLimit') return null;
  if (cause.kind === 'outputLost' && cause.code === 'EPIPE') return null;
  const text = `parley: ${causeText(cause, result.ranks)}`;
  return lastWords !== '' && !lastWordsStand ? `${text}; its last words:\n${lastWords}` : text;
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : noun.endsWith('s') ? 'es' : 's'}`;
}
