/** Where a client is in its runs and their steps: both have rising numbers. */
import { MPIError } from '../../index.ts';
import { NO_STEP } from '../update/frame-layout.ts';

export class RunPlace {
  /** The current run; the last one between runs, 0 before the first. */
  run: number = 0;
  isInRun: boolean = false;
  step: number = NO_STEP;
  lastStep: number = NO_STEP;

  requireNextRun(run: number): void {
    if (!Number.isSafeInteger(run) || run <= this.run)
      throw new MPIError(
        'MPI_ERR_ARG',
        `Cannot begin run ${run}: a whole number above ${this.run} is wanted`,
      );
  }

  requireNextStep(step: number): void {
    if (!Number.isInteger(step) || step <= this.lastStep || step >= 2 ** 31)
      throw new MPIError(
        'MPI_ERR_ARG',
        `Cannot begin step ${step}: a whole number above ${this.lastStep} is wanted`,
      );
  }

  enterRun(run: number): void {
    this.run = run;
    this.isInRun = true;
    this.step = this.lastStep = NO_STEP;
  }

  /** The next one, where none is under way. */
  enterSomeRun(): void {
    if (!this.isInRun) this.enterRun(this.run + 1);
  }

  leaveRun(): void {
    this.isInRun = false;
    this.lastStep = NO_STEP;
  }

  enterStep(step: number): void {
    this.step = this.lastStep = step;
  }

  leaveStep(): void {
    this.step = NO_STEP;
  }
}
