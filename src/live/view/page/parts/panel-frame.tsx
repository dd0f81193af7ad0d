/** The frame that all panels have: a title, what belongs to it, a button that lets it fill the page. */
import type { ComponentChildren, VNode } from 'preact';
import { Icon } from './icons.tsx';

interface PanelFrameProps {
  readonly topic: string;
  readonly title: string;
  readonly note: string;
  readonly size: string;
  readonly kind: string;
  readonly version: number;
  readonly alarm: 'warning' | 'alarm' | undefined;
  /** Tracks of the grid that it is high. */
  readonly tracks: number;
  readonly isEnlarged: boolean;
  readonly tools?: ComponentChildren;
  readonly children: ComponentChildren;
  readonly onEnlarge: () => void;
}

export function PanelFrame(props: PanelFrameProps): VNode {
  const { topic, title, note, size, kind, version, alarm, tracks, isEnlarged, tools, children, onEnlarge } =
    props;
  const action = isEnlarged ? 'Back to its place' : 'Fill the page';
  return (
    <section
      class={`panel is-${size} panel-${kind} ${alarm === undefined ? '' : `has-${alarm}`} ${isEnlarged ? 'is-enlarged' : ''}`}
      aria-label={title}
      data-topic={topic}
      data-version={version}
      style={{ '--tracks': tracks }}
    >
      <header class="panel-head">
        <h2>{title}</h2>
        <span class="note">{note}</span>
        <span class="tool-gap" />
        {tools}
        <button
          type="button"
          class="tool enlarge"
          title={`${action} (f)`}
          aria-label={action}
          aria-pressed={isEnlarged}
          onClick={onEnlarge}
        >
          <Icon name={isEnlarged ? 'reduce' : 'enlarge'} />
        </button>
      </header>
      <div class="panel-body">{children}</div>
    </section>
  );
}
