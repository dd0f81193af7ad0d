/** What the person may change about the running program. The value that everybody sees is the last one that anybody has set. */
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Control, ControlsPanel } from '../../panel.ts';
import { useFrames, usePage } from '../model/page-context.ts';
import { NumberField } from '../parts/number-field.tsx';
import { Select } from '../parts/select.tsx';

const CONFIRM_MS = 4000;

export function Controls({ topic, panel }: { readonly topic: string; readonly panel: ControlsPanel }): VNode {
  return (
    <div class="controls">
      {panel.controls.map((control) =>
        control.type === 'stop' ? (
          <StopButton key="stop" label={control.label ?? 'Stop the run'} />
        ) : (
          <ControlRow key={control.name} topic={topic} control={control} />
        ),
      )}
    </div>
  );
}

interface ControlRowProps {
  readonly topic: string;
  readonly control: Exclude<Control, { type: 'stop' }>;
}

function ControlRow({ topic, control }: ControlRowProps): VNode {
  const { connection } = usePage();
  const frames = useFrames();
  const { name } = control;
  const label = control.label ?? name;
  const set = frames.view?.settings[`${topic}/${name}`];
  const tell = (value: number | string | boolean): void =>
    connection.send({ type: 'setting', topic, name, value });
  if (control.type === 'request') {
    return (
      <button type="button" class="button" onClick={() => connection.send({ type: 'request', topic, name })}>
        {label}
      </button>
    );
  }
  return (
    <div class="control">
      <span class="control-label">{label}</span>
      {control.type === 'number' && (
        <NumberControl
          control={control}
          label={label}
          value={typeof set === 'number' ? set : control.value}
          onChange={tell}
        />
      )}
      {control.type === 'choice' && (
        <Select
          label={label}
          value={typeof set === 'string' ? set : control.value}
          options={control.options.map((option) => [option, option])}
          onChange={tell}
        />
      )}
      {control.type === 'switch' && (
        <Switch label={label} isOn={typeof set === 'boolean' ? set : control.value} onChange={tell} />
      )}
    </div>
  );
}

interface NumberControlProps {
  readonly control: Control & { type: 'number' };
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

function NumberControl({ control, label, value, onChange }: NumberControlProps): VNode {
  const { min, max, step, unit } = control;
  return (
    <span class="number-control">
      {min !== undefined && max !== undefined && (
        <input
          type="range"
          class="slider"
          aria-label={label}
          min={min}
          max={max}
          step={step ?? (max - min) / 100}
          value={value}
          onInput={(event) => onChange(event.currentTarget.valueAsNumber)}
        />
      )}
      <NumberField label={label} value={value} min={min} max={max} step={step} onChange={onChange} />
      <span class="unit">{unit ?? ''}</span>
    </span>
  );
}

function Switch({
  label,
  isOn,
  onChange,
}: {
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}): VNode {
  return (
    <button
      type="button"
      class="switch"
      role="switch"
      aria-checked={isOn}
      aria-label={label}
      onClick={() => onChange(!isOn)}
    >
      <i />
    </button>
  );
}

/** Wants to be pressed twice. */
function StopButton({ label }: { readonly label: string }): VNode {
  const { connection } = usePage();
  const [isAsking, setAsking] = useState(false);
  useEffect(() => {
    if (!isAsking) return undefined;
    const timer = setTimeout(() => setAsking(false), CONFIRM_MS);
    return () => clearTimeout(timer);
  }, [isAsking]);
  const press = (): void => {
    if (isAsking) connection.send({ type: 'stop' });
    setAsking(!isAsking);
  };
  return (
    <button type="button" class={`button is-stop ${isAsking ? 'is-asking' : ''}`} onClick={press}>
      {isAsking ? 'Press again to stop' : label}
    </button>
  );
}
