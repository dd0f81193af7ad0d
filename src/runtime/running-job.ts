/** What whoever starts a job gives to it and gets of it. */
import type { Readable } from 'node:stream';
import type { JobReport, JobResult, JobStatus } from './job-report.ts';
import type { OutputPorts } from './rank-output.ts';

/** What a job is connected to. */
export interface JobPorts {
  readonly output: OutputPorts;
  /** Read only where some rank takes input. */
  readonly input: () => Readable;
  readonly report: (report: JobReport, job: RunningJob) => void;
  /** Where the output of the jobs goes that this one's processes spawn; they are numbered from 1 on. */
  readonly spawnedOutput: (number: number) => OutputPorts;
}

/** A job whose ranks have been started. */
export interface RunningJob {
  /** Resolves when every process has ended and its output is passed on; never rejects. */
  readonly result: Promise<JobResult>;
  /** Ctrl-C: the first asks the ranks to end, the second kills them. */
  interrupt(): void;
  /** Ends the job: asks, then kills; a second call kills at once. */
  terminate(signal: NodeJS.Signals): void;
  /** Sends a signal to every process of the job. */
  signal(signal: NodeJS.Signals): void;
  /** Of this job and of all others of its universe. */
  status(): JobStatus[];
  /** Writes lines of the agent's own on the error output, between whole lines of the ranks. */
  note(text: string): void;
  /** Resolves when everything written has been taken. */
  flush(): Promise<void>;
}
