/**
 * Alarms on thresholds: a value that crosses its threshold raises one, and it ends when the value has come back by the
 * hysteresis. All pages see the same list, and a page that comes later sees what was.
 *
 *     above 90, hysteresis 5:     89 ─ 91 ▲ ─ 88 ▲ ─ 84 over
 *
 * What is no number says nothing: an alarm stays as it is. One whose reading or rule is gone is over.
 */
import type { AlarmRule, Panel } from '../panel.ts';
import type { AlarmShown } from '../wire/view-topics.ts';

const PAST_MAX = 100;

export class Alarms {
  readonly #active = new Map<string, AlarmShown>();
  #past: readonly AlarmShown[] = [];

  list(): readonly AlarmShown[] {
    return [...this.#active.values(), ...this.#past];
  }

  /** Another server's, as they stand there. */
  adopt(alarms: readonly AlarmShown[]): void {
    this.#active.clear();
    for (const alarm of alarms) if (alarm.isActive) this.#active.set(keyOf(alarm), alarm);
    this.#past = alarms.filter(({ isActive }) => !isActive).slice(0, PAST_MAX);
  }

  /** Whether anything about the alarms has changed. */
  observe(topic: string, panel: Panel, time: number): boolean {
    const readings = readingsOf(panel);
    let hasChanged = false;
    for (const reading of readings) hasChanged = this.#check(topic, reading, time) || hasChanged;
    // A series of a strip chart comes and goes; of anything else what is not there any more is over.
    return panel.kind === 'strip' ? hasChanged : this.#endAllBut(readings, topic, time) || hasChanged;
  }

  /** The topic is gone, and its alarms with it. */
  forget(topic: string, time: number): boolean {
    return this.#endAllBut([], topic, time);
  }

  #check(topic: string, { label, unit, rule, value }: Reading, time: number): boolean {
    // Neither good nor bad: it stays as it was.
    if (rule !== undefined && Number.isNaN(value)) return false;
    const key = keyOf({ topic, label });
    const active = this.#active.get(key);
    const side = rule === undefined ? undefined : crossed(rule, value, active !== undefined);
    if (rule === undefined || side === undefined) {
      if (active !== undefined) this.#end(key, active, time);
      return active !== undefined;
    }
    const condition = `${side} ${rule[side]}`;
    const level = rule.level ?? 'alarm';
    if (active === undefined) {
      const units = unit === undefined ? {} : { unit };
      this.#active.set(key, { topic, label, level, isActive: true, condition, value, since: time, ...units });
      return true;
    }
    const isSameSide = active.condition.startsWith(side);
    const isWorse = !isSameSide || (side === 'above' ? value > active.value : value < active.value);
    if (!isWorse && condition === active.condition && level === active.level) return false;
    this.#active.set(key, { ...active, level, condition, value: isWorse ? value : active.value });
    return true;
  }

  #endAllBut(readings: readonly Reading[], topic: string, time: number): boolean {
    if (this.#active.size === 0) return false;
    const labels = new Set(readings.map(({ label }) => label));
    const gone = [...this.#active].filter(([, alarm]) => alarm.topic === topic && !labels.has(alarm.label));
    for (const [key, alarm] of gone) this.#end(key, alarm, time);
    return gone.length > 0;
  }

  #end(key: string, alarm: AlarmShown, until: number): void {
    this.#active.delete(key);
    this.#past = [{ ...alarm, isActive: false, until }, ...this.#past].slice(0, PAST_MAX);
  }
}

interface Reading {
  readonly label: string;
  readonly unit: string | undefined;
  readonly rule: AlarmRule | undefined;
  /** NaN where it is no number. */
  readonly value: number;
}

const NO_READINGS: readonly Reading[] = [];

function readingsOf(panel: Panel): readonly Reading[] {
  switch (panel.kind) {
    case 'scalars':
      return panel.values.map(({ label, value, unit, alarm: rule }) => ({
        label,
        unit,
        rule,
        value: numberOf(value),
      }));
    case 'strip': {
      const { alarms, yAxis } = panel;
      return Object.entries(panel.values).map(([label, value]) => ({
        label,
        unit: yAxis?.unit,
        rule: alarms?.[label],
        value,
      }));
    }
    default:
      return NO_READINGS;
  }
}

const numberOf = (value: number | string): number =>
  typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);

const keyOf = ({ topic, label }: { readonly topic: string; readonly label: string }): string =>
  JSON.stringify([topic, label]);

/** The threshold that it is beyond. */
function crossed(rule: AlarmRule, value: number, isActive: boolean): 'above' | 'below' | undefined {
  const margin = isActive ? (rule.hysteresis ?? 0) : 0;
  if (rule.above !== undefined && value > rule.above - margin) return 'above';
  if (rule.below !== undefined && value < rule.below + margin) return 'below';
  return undefined;
}
