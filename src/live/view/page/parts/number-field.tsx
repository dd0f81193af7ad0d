/** A number that is typed: taken over with Enter or on leaving; what is no number falls back. */
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';

interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly step?: number | undefined;
  readonly onChange: (value: number) => void;
}

export function NumberField({
  label,
  value,
  min = -Infinity,
  max = Infinity,
  step,
  onChange,
}: NumberFieldProps): VNode {
  const [text, setText] = useState(String(value));
  useEffect(() => setText(shortened(value)), [value]);
  const take = (wanted: number): void => {
    const allowed = Math.min(max, Math.max(min, wanted));
    if (Number.isFinite(allowed) && allowed !== value) onChange(allowed);
    setText(shortened(Number.isFinite(allowed) ? allowed : value));
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') take(Number(text));
    const direction = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
    if (direction !== 0 && step !== undefined) {
      event.preventDefault();
      take(Number((Number(text) + direction * step).toPrecision(12)));
    }
  };
  return (
    <input
      class="field"
      type="text"
      inputMode="decimal"
      aria-label={label}
      title={label}
      value={text}
      onInput={(event) => setText(event.currentTarget.value)}
      onBlur={() => take(text.trim() === '' ? Number.NaN : Number(text))}
      onKeyDown={onKey}
    />
  );
}

const shortened = (value: number): string => String(Number(value.toPrecision(6)));
