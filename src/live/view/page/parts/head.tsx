/** The head of the page: what runs, how it goes, alarms, help and theme. */
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { StatusPanel } from '../../panel.ts';
import { formatCount, formatRate } from '../model/format.ts';
import { useFrames, usePage, useTheme } from '../model/page-context.ts';
import { AlarmList } from '../tables/alarm-list.tsx';
import { Icon } from './icons.tsx';

interface HeadProps {
  readonly onHelp: () => void;
  readonly onTopic: (topic: string) => void;
}

export function Head({ onHelp, onTopic }: HeadProps): VNode {
  const { connection, theme } = usePage();
  const frames = useFrames();
  const now = useTheme();
  const title = frames.view?.title ?? document.title;
  const status = frames.names
    .map((name) => frames.shown(name)?.panel)
    .filter((panel): panel is StatusPanel => panel?.kind === 'status');
  return (
    <header class="head">
      <div class="brand">
        <i class={`lamp is-${connection.state}`} title={CONNECTION_TEXTS[connection.state]} />
        <h1>{title}</h1>
      </div>
      <div class="status" aria-live="off">
        {status.map((panel, index) => (
          <Status key={index} panel={panel} />
        ))}
      </div>
      <div class="head-tools">
        <AlarmButton onTopic={onTopic} />
        <button
          type="button"
          class="tool"
          title="Light or dark (t)"
          aria-label="Switch between light and dark"
          onClick={() => theme.switch()}
        >
          <Icon name={now === 'dark' ? 'light' : 'dark'} />
        </button>
        <button type="button" class="tool" title="Keys and gestures (?)" aria-label="Help" onClick={onHelp}>
          <Icon name="help" />
        </button>
      </div>
      {connection.state === 'lost' && (
        <p class="banner" role="status">
          No connection to the program. What you see is the last that came; this page comes back by itself.
        </p>
      )}
    </header>
  );
}

const CONNECTION_TEXTS = { open: 'Connected', connecting: 'Connecting …', lost: 'No connection' };

function Status({ panel }: { readonly panel: StatusPanel }): VNode {
  const { run, step, events, rate, hitRate, state, message } = panel;
  return (
    <dl>
      {run !== undefined && (
        <Reading label="run" value={String(run)} more={step === undefined ? '' : `step ${step}`} />
      )}
      {state !== undefined && <Reading label="state" value={state} />}
      {events !== undefined && <Reading label="events" value={formatCount(events)} />}
      {rate !== undefined && <Reading label="rate" value={formatRate(rate)} more="/ s" />}
      {hitRate !== undefined && <Reading label="hits" value={(hitRate * 100).toFixed(1)} more="%" />}
      {message !== undefined && <Reading label="note" value={message} />}
    </dl>
  );
}

function Reading({
  label,
  value,
  more = '',
}: {
  readonly label: string;
  readonly value: string;
  readonly more?: string;
}): VNode {
  return (
    <div class={`reading reading-${label}`}>
      <dt>{label}</dt>
      <dd>
        {value} {more !== '' && <small>{more}</small>}
      </dd>
    </div>
  );
}

function AlarmButton({ onTopic }: { readonly onTopic: (topic: string) => void }): VNode {
  const frames = useFrames();
  const [isOpen, setOpen] = useState(false);
  const active = frames.alarms.filter(({ isActive }) => isActive);
  const isAlarm = active.some(({ level }) => level === 'alarm');
  const title = frames.view?.title ?? 'parley';
  useEffect(() => {
    document.title = active.length > 0 ? `▲ ${active.length} · ${title}` : title;
  }, [active.length, title]);
  const text =
    active.length === 0 ? 'No alarm' : `${active.length} active ${active.length === 1 ? 'alarm' : 'alarms'}`;
  return (
    <div class="alarm-menu">
      <button
        type="button"
        class={`tool alarm-button ${active.length === 0 ? '' : isAlarm ? 'in-alarm' : 'in-warning'}`}
        title={`${text} (a)`}
        aria-label={text}
        aria-expanded={isOpen}
        data-alarm-button
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="bell" />
        <span class="alarm-count">{active.length > 0 ? active.length : ''}</span>
      </button>
      {isOpen && (
        <div class="popover" role="dialog" aria-label="Alarms">
          <AlarmList
            alarms={frames.alarms}
            onSelect={(topic) => {
              setOpen(false);
              onTopic(topic);
            }}
          />
        </div>
      )}
    </div>
  );
}
