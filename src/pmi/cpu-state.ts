/** What the kernel says of a process: whether it computes, sleeps, or was stopped. */
import { readFileSync } from 'node:fs';

/** `stopped` also for one that a debugger holds; `gone` also for a dead one that nobody has asked about yet. */
export type CpuState = 'running' | 'sleeping' | 'stopped' | 'gone';

const STATES: Readonly<Record<string, CpuState>> = {
  R: 'running',
  T: 'stopped',
  t: 'stopped',
  Z: 'gone',
  X: 'gone',
};

/** Of its main thread, which is the one that computes in a Node program. */
export function cpuStateOf(pid: number): CpuState {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return 'gone';
  }
  // The name in brackets may itself hold blanks and brackets.
  return STATES[stat.charAt(stat.lastIndexOf(')') + 2)] ?? 'sleeping';
}
