/**
 * Signals to the launcher, and what they mean to its job:
 *
 *   INT (Ctrl-C)   asks the ranks to end, the second kills them
 *   TERM, HUP      end the job: ask, grace, kill
 *   USR1, USR2     are passed on
 *   TSTP (Ctrl-Z)  stops the ranks, then the launcher; CONT continues all
 *   QUIT (Ctrl-\)  says how far each rank is
 */
import type { RunningJob } from '../runtime/running-job.ts';

/** Connects the signals to a job, until the launcher has ended: a late one must not change how it ends. */
export function connectSignals(job: RunningJob, showStatus: () => void): void {
  const handlers: Partial<Record<NodeJS.Signals, () => void>> = {
    SIGINT: () => {
      job.interrupt();
    },
    SIGTERM: () => {
      job.terminate('SIGTERM');
    },
    SIGHUP: () => {
      job.terminate('SIGHUP');
    },
    SIGUSR1: () => {
      job.signal('SIGUSR1');
    },
    SIGUSR2: () => {
      job.signal('SIGUSR2');
    },
    SIGTSTP: () => {
      // Processes of another session ignore the terminal's stop.
      job.signal('SIGSTOP');
      process.kill(process.pid, 'SIGSTOP');
    },
    SIGCONT: () => {
      job.signal('SIGCONT');
    },
    SIGQUIT: showStatus,
  };
  const entries = Object.entries(handlers) as [NodeJS.Signals, () => void][];
  for (const [signal, handler] of entries) process.on(signal, handler);
}
