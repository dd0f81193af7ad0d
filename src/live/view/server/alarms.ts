/**
 * Alarms on thresholds: a value that crosses its threshold raises one, and it ends when the value has come back by the
 * hysteresis. All pages see the same list, and a page that comes later sees what was.
 *
 *     above 90, hysteresis 5:     89 ─ 91 ▲ ─ 88 ▲ ─ 84 over
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
    if (panel.kind === 'scalars') {
      return panel.values
        .map(({ label, value, unit, alarm }) =>
          this.#check({ topic, label, unit, alarm, value: Number(value), time }),
        )
        .includes(true);
    }
    if (panel.kind !== 'strip' || panel.alarms === undefined) return false;
    return Object.entries(panel.alarms)
      .map(([label, alarm]) =>
        this.#check({
          topic,
          label,
          unit: panel.yAxis?.unit,
          alarm,
          value: panel.values[label] ?? Number.NaN,
          time,
        }),
      )
      .includes(true);
  }

  /** The topic is gone, and its alarms with it. */
  forget(topic: string, time: number): boolean {
    const gone = [...this.#active].filter(([, alarm]) => alarm.topic === topic);
    for (const [key, alarm] of gone) this.#end(key, alarm, time);
    return gone.length > 0;
  }

  #check(reading: Reading): boolean {
    const { topic, label, unit, alarm: rule, value, time } = reading;
    const key = keyOf(reading);
    const active = this.#active.get(key);
    const condition = rule === undefined ? undefined : crossed(rule, value, active !== undefined);
    if (active === undefined) {
      if (condition === undefined) return false;
      const level = rule?.level ?? 'alarm';
      const units = unit === undefined ? {} : { unit };
      this.#active.set(key, { topic, label, level, isActive: true, condition, value, since: time, ...units });
      return true;
    }
    if (condition === undefined) {
      this.#end(key, active, time);
      return true;
    }
    const isWorse = condition.startsWith('above') ? value > active.value : value < active.value;
    if (isWorse) this.#active.set(key, { ...active, value });
    return isWorse;
  }

  #end(key: string, alarm: AlarmShown, until: number): void {
    this.#active.delete(key);
    this.#past = [{ ...alarm, isActive: false, until }, ...this.#past].slice(0, PAST_MAX);
  }
}

interface Reading {
  readonly topic: string;
  readonly label: string;
  readonly unit: string | undefined;
  readonly alarm: AlarmRule | undefined;
  readonly value: number;
  readonly time: number;
}

const keyOf = ({ topic, label }: { readonly topic: string; readonly label: string }): string =>
  JSON.stringify([topic, label]);

function crossed(rule: AlarmRule, value: number, isActive: boolean): string | undefined {
  const margin = isActive ? (rule.hysteresis ?? 0) : 0;
  if (rule.above !== undefined && value > rule.above - margin) return `above ${rule.above}`;
  if (rule.below !== undefined && value < rule.below + margin) return `below ${rule.below}`;
  return undefined;
}
