/** A number that is typed: taken over with Enter or on leaving; what is no number falls back, and what was not typed is not told. */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';

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
  const [last, setEntry] = useState(() => entryOf(value, value));
  // What somebody types stays until it is taken over, whatever comes meanwhile; what was taken over, until another value comes.
  const entry = last.isTyped || last.was === value ? last : entryOf(value, value);
  const take = (wanted: number): void => {
    const allowed = wanted === value ? value : Math.min(max, Math.max(min, wanted));
    if (Number.isFinite(allowed) && allowed !== value) onChange(allowed);
    setEntry(entryOf(Number.isFinite(allowed) ? allowed : value, value));
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') take(entry.value);
    const direction = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
    if (direction !== 0 && step !== undefined) {
      event.preventDefault();
      take(Number((entry.value + direction * step).toPrecision(12)));
    }
  };
  return (
    <input
      class="field"
      type="text"
      inputMode="decimal"
      aria-label={label}
      title={label}
      value={entry.text}
      onInput={(event) => setEntry(typed(event.currentTarget.value, value))}
      onBlur={() => take(entry.value)}
      onKeyDown={onKey}
    />
  );
}

/** What stands in the field, and the number that it means: all digits of it where it was not typed. */
interface Entry {
  readonly text: string;
  readonly value: number;
  /** The value that the field was given when this came to stand there. */
  readonly was: number;
  readonly isTyped: boolean;
}

function entryOf(value: number, was: number): Entry {
  return { text: String(Number(value.toPrecision(6))), value, was, isTyped: false };
}

function typed(text: string, was: number): Entry {
  return { text, value: text.trim() === '' ? Number.NaN : Number(text), was, isTyped: true };
}
