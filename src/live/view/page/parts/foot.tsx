/** The foot of the page: pause and look back, and what this page itself gets and misses. */
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatBytes, formatCount, formatDuration, formatRate } from '../model/format.ts';
import { useFrames, usePage } from '../model/page-context.ts';
import { Icon } from './icons.tsx';
import { Select } from './select.tsx';

const STEPS = 1000;
const RATES: readonly (readonly [string, string])[] = [
  ['1', '1 / s'],
  ['5', '5 / s'],
  ['10', '10 / s'],
  ['30', '30 / s'],
  ['60', '60 / s'],
];

export function Foot(): VNode {
  const frames = useFrames();
  const { connection } = usePage();
  const [chosen, setRate] = useState<string | undefined>(undefined);
  const declared = String(frames.view?.rate ?? 30);
  const rates = RATES.some(([value]) => value === declared)
    ? RATES
    : [...RATES, [declared, `${declared} / s`] as const];
  const { moment, ring } = frames;
  const [from, to] = [ring.from ?? 0, ring.to ?? 0];
  const isPaused = moment !== undefined;
  const place =
    moment === undefined || to <= from ? STEPS : Math.round(((moment - from) / (to - from)) * STEPS);
  const step = (direction: -1 | 1): void => lookBack(frames, direction);
  return (
    <footer class={`foot ${isPaused ? 'is-paused' : ''}`}>
      <div class="transport">
        <button
          type="button"
          class="tool is-main"
          title="Pause (space)"
          aria-label={isPaused ? 'Go on' : 'Pause'}
          aria-pressed={isPaused}
          data-pause
          onClick={() => frames.lookAt(isPaused ? undefined : to)}
        >
          <Icon name={isPaused ? 'play' : 'pause'} />
        </button>
        <button
          type="button"
          class="tool"
          title="One frame back (←)"
          aria-label="One frame back"
          onClick={() => step(-1)}
        >
          <Icon name="back" />
        </button>
        <button
          type="button"
          class="tool"
          title="One frame on (→)"
          aria-label="One frame on"
          disabled={!isPaused}
          onClick={() => step(1)}
        >
          <Icon name="forward" />
        </button>
      </div>
      <input
        type="range"
        class="slider timeline"
        aria-label="Look back"
        min={0}
        max={STEPS}
        value={place}
        disabled={to <= from}
        onInput={(event) => frames.lookAt(from + (event.currentTarget.valueAsNumber / STEPS) * (to - from))}
      />
      <span class="moment">
        {moment === undefined
          ? 'live'
          : moment >= to
            ? 'paused'
            : `−${(Math.max(0, to - moment) / 1000).toFixed(1)} s`}
      </span>
      <Meters />
      <Select
        label="Most frames of a panel for each second"
        value={chosen ?? declared}
        options={rates}
        onChange={(wanted) => {
          setRate(wanted);
          connection.send({ type: 'rate', hertz: Number(wanted) });
        }}
      />
    </footer>
  );
}

/** Looks one frame further back, or on; beyond the last one it is live again. */
export function lookBack(frames: ReturnType<typeof useFrames>, direction: -1 | 1): void {
  const { moment, ring } = frames;
  const from = moment ?? ring.to;
  if (from === undefined) return;
  const next = ring.neighbour(from, direction);
  frames.lookAt(next ?? (direction > 0 ? undefined : from));
}

/** Once a second is often enough to be read. */
function Meters(): VNode {
  const frames = useFrames();
  const { connection } = usePage();
  const [values, setValues] = useState({ rate: 0, bytesPerSecond: 0 });
  const before = useRef({ bytes: 0, time: performance.now() });
  useEffect(() => {
    const timer = setInterval(() => {
      const now = performance.now();
      const rate = Math.max(0, ...frames.names.map((name) => frames.rate(name, now)));
      const bytesPerSecond = ((connection.bytes - before.current.bytes) * 1000) / (now - before.current.time);
      before.current = { bytes: connection.bytes, time: now };
      setValues({ rate, bytesPerSecond });
    }, 1000);
    return () => clearInterval(timer);
  }, [frames, connection]);
  return (
    <dl class="meters">
      <Meter label="frames / s" value={formatRate(values.rate)} />
      <Meter label="data / s" value={formatBytes(values.bytesPerSecond)} />
      <Meter label="lag" value={formatDuration(connection.lagMs)} />
      <Meter label="skipped" value={formatCount(frames.skipped)} />
      <Meter label="viewers" value={String(frames.view?.viewers ?? 0)} />
    </dl>
  );
}

function Meter({ label, value }: { readonly label: string; readonly value: string }): VNode {
  return (
    <div class="meter" data-meter={label}>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
