/** All alarms: active ones first, then those that are over. */
import type { VNode } from 'preact';
import type { AlarmShown } from '../../wire/view-topics.ts';
import { formatClock, formatDuration, formatNumber } from '../model/format.ts';

interface AlarmListProps {
  readonly alarms: readonly AlarmShown[];
  readonly onSelect: (topic: string) => void;
}

export function AlarmList({ alarms, onSelect }: AlarmListProps): VNode {
  if (alarms.length === 0) return <p class="empty-line">No alarm so far.</p>;
  return (
    <ul class="alarm-list">
      {alarms.map((alarm) => (
        <li
          key={`${alarm.topic} ${alarm.label} ${alarm.since}`}
          class={alarm.isActive ? `in-${alarm.level}` : 'is-over'}
        >
          <button type="button" onClick={() => onSelect(alarm.topic)}>
            <span class="alarm-label">{alarm.label}</span>
            <span class="alarm-value">
              {formatNumber(alarm.value)} {alarm.unit ?? ''}
            </span>
            <span class="alarm-condition">{alarm.condition}</span>
            <span class="alarm-time">
              {formatClock(alarm.since)}
              {alarm.until === undefined ? '' : ` for ${formatDuration(alarm.until - alarm.since)}`}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
