/** Readings: large numbers with their units, marked while they are in alarm. */
import type { VNode } from 'preact';
import type { ScalarsPanel } from '../../panel.ts';
import type { AlarmShown } from '../../wire/view-topics.ts';
import { formatNumber } from '../model/format.ts';

interface ScalarsProps {
  readonly topic: string;
  readonly panel: ScalarsPanel;
  readonly alarms: readonly AlarmShown[];
}

export function Scalars({ topic, panel, alarms }: ScalarsProps): VNode {
  return (
    <dl class="scalars">
      {panel.values.map(({ label, value, unit, digits }) => {
        const alarm = alarms.find((item) => item.isActive && item.topic === topic && item.label === label);
        return (
          <div key={label} class={alarm === undefined ? 'scalar' : `scalar in-${alarm.level}`}>
            <dt>
              {label}
              <span class="unit">{unit ?? ''}</span>
            </dt>
            <dd>
              <span class="scalar-value">
                {typeof value === 'number' ? formatNumber(value, digits) : value}
              </span>
              {alarm !== undefined && <span class="condition">{alarm.condition}</span>}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
