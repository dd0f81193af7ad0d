/** The whole page: head, panels in the order in which the program showed them first, foot; and the keys that work everywhere. */
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useFrames, usePage } from '../model/page-context.ts';
import { Foot, lookBack } from './foot.tsx';
import { Head } from './head.tsx';
import { Help } from './help.tsx';
import { isShown } from './panel-size.ts';
import { PanelView } from './panel-view.tsx';

export function App(): VNode {
  const frames = useFrames();
  const { theme, connection } = usePage();
  const [isHelping, setHelping] = useState(false);
  const [enlarged, setEnlarged] = useState<string | undefined>(undefined);
  const names = frames.names.filter((name) => {
    const panel = frames.shown(name)?.panel;
    return panel !== undefined && isShown(panel);
  });
  const active = frames.alarms.filter(({ isActive }) => isActive);
  // The worse of two comes last.
  const alarms = new Map(
    ['warning', 'alarm'].flatMap((level) =>
      active.filter((one) => one.level === level).map((one) => [one.topic, one.level] as const),
    ),
  );

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target instanceof Element ? event.target : document.body;
      if (target.closest('input, select, textarea, dialog[open], [role=slider]') !== null) return;
      if (event.key === ' ' && target.closest('button') !== null) return;
      const actions: Readonly<Record<string, () => void>> = {
        ' ': () => frames.lookAt(frames.moment === undefined ? (frames.ring.to ?? Date.now()) : undefined),
        ArrowLeft: () => lookBack(frames, -1),
        ArrowRight: () => lookBack(frames, 1),
        Home: () => frames.lookAt(frames.ring.from),
        End: () => frames.lookAt(undefined),
        '?': () => setHelping(true),
        t: () => theme.switch(),
        a: () => document.querySelector<HTMLElement>('[data-alarm-button]')?.click(),
        f: () =>
          setEnlarged((before) => (before === undefined ? panelAt(document.activeElement) : undefined)),
        l: () =>
          document.activeElement
            ?.closest('.panel')
            ?.querySelector<HTMLElement>('[data-scale-switch]')
            ?.click(),
        Escape: () => setEnlarged(undefined),
      };
      const action = /^[1-9]$/.test(event.key) ? () => focusPanel(Number(event.key)) : actions[event.key];
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [frames, theme]);

  const goTo = (topic: string): void =>
    panelOf(topic)?.scrollIntoView({ block: 'center', behavior: 'smooth' });
  return (
    <>
      <Head onHelp={() => setHelping(true)} onTopic={goTo} />
      <main class={`grid ${enlarged !== undefined && names.includes(enlarged) ? 'has-enlarged' : ''}`}>
        {names.map((name) => (
          <PanelView
            key={name}
            name={name}
            alarm={alarms.get(name)}
            isEnlarged={enlarged === name}
            onEnlarge={() => setEnlarged(enlarged === name ? undefined : name)}
          />
        ))}
        {names.length === 0 && (
          <p class="nothing">
            {connection.state === 'open' ? 'The program has not shown anything yet.' : 'Connecting …'}
          </p>
        )}
      </main>
      <Foot />
      {isHelping && <Help onClose={() => setHelping(false)} />}
    </>
  );
}

function panelAt(element: Element | null): string | undefined {
  const panel =
    element?.closest<HTMLElement>('.panel') ?? document.querySelector<HTMLElement>('.panel:hover');
  return panel?.dataset['topic'];
}

function panelOf(topic: string): HTMLElement | undefined {
  return [...document.querySelectorAll<HTMLElement>('.panel')].find(
    ({ dataset }) => dataset['topic'] === topic,
  );
}

/** The image itself where there is one, so that its keys work at once. */
function focusPanel(number: number): void {
  const panel = document.querySelectorAll<HTMLElement>('.panel')[number - 1];
  const target =
    panel?.querySelector<HTMLElement>('.stage') ?? panel?.querySelector<HTMLElement>('button, [tabindex]');
  target?.focus();
}
