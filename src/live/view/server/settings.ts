/**
 * What people have set, of all panels, and what the program says of the same controls. The last word counts, whoever has it: a
 * control that is shown again with another value than before is the program's word, and replaces what was set; shown again with
 * the same value it says nothing, as a program does that shows the same panel again and again.
 */
import type { Panel } from '../panel.ts';

/** Remembered for viewers that come later; the oldest give way. */
const SETTINGS_MAX = 256;

export type SettingValue = number | string | boolean;

interface Setting {
  readonly topic: string;
  readonly value: SettingValue;
}

export class Settings {
  readonly #set = new Map<string, Setting>();
  /** Values that the program has shown. */
  readonly #shown = new Map<string, Setting>();

  /** By topic and name, as the page looks them up. */
  list(): Readonly<Record<string, SettingValue>> {
    return Object.fromEntries([...this.#set].map(([key, { value }]) => [key, value]));
  }

  /** Somebody has set it. */
  set(topic: string, name: string, value: SettingValue): void {
    remember(this.#set, `${topic}/${name}`, { topic, value });
  }

  /** The program shows a panel. Whether anything that was set has been replaced. */
  observe(topic: string, panel: Panel): boolean {
    let hasChanged = false;
    for (const [name, value] of valuesOf(panel)) {
      const key = `${topic}/${name}`;
      const before = this.#shown.get(key);
      remember(this.#shown, key, { topic, value });
      if (before !== undefined && before.value !== value) hasChanged = this.#set.delete(key) || hasChanged;
    }
    return hasChanged;
  }

  /** The topic is gone, and what was set there with it. */
  forget(topic: string): void {
    for (const map of [this.#set, this.#shown]) {
      for (const [key, setting] of map) if (setting.topic === topic) map.delete(key);
    }
  }

  /** Another server's, as they stand there: they go when it says so. */
  adopt(settings: Readonly<Record<string, SettingValue>>): void {
    this.#set.clear();
    for (const [key, value] of Object.entries(settings)) this.#set.set(key, { topic: '', value });
  }
}

const NO_VALUES: readonly (readonly [name: string, value: SettingValue])[] = [];

function valuesOf(panel: Panel): typeof NO_VALUES {
  switch (panel.kind) {
    case 'controls':
      return panel.controls.flatMap((control) =>
        'value' in control ? [[control.name, control.value] as const] : [],
      );
    case 'histogram':
      return panel.threshold === undefined ? NO_VALUES : [[panel.threshold.name, panel.threshold.value]];
    default:
      return NO_VALUES;
  }
}

function remember(map: Map<string, Setting>, key: string, setting: Setting): void {
  map.delete(key);
  map.set(key, setting);
  if (map.size > SETTINGS_MAX) map.delete(map.keys().next().value ?? '');
}
