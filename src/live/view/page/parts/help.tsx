/** The overlay that says what keys and gestures do. */
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

const GROUPS: readonly (readonly [title: string, keys: readonly (readonly [string, string])[]])[] = [
  [
    'Page',
    [
      ['space', 'pause, go on'],
      ['← →', 'one frame back, on'],
      ['Home End', 'oldest frame, live'],
      ['1 … 9', 'go to a panel'],
      ['f', 'panel fills the page, and back'],
      ['a', 'alarms'],
      ['t', 'light or dark'],
      ['? Esc', 'this help, close'],
    ],
  ],
  [
    'Image',
    [
      ['l', 'linear, square root, logarithm'],
      ['c', 'next colour map'],
      ['r', 'draw a region of interest'],
      ['Alt + arrows', 'move the region (Shift: ten pixels)'],
      ['Delete', 'remove the region'],
      ['+ − 0', 'zoom in, out, whole image'],
      ['Shift + arrows', 'move the image'],
    ],
  ],
  [
    'Mouse and fingers',
    [
      ['wheel', 'zoom the image that was clicked (Ctrl: any)'],
      ['drag', 'move the image; with Shift draw a region'],
      ['pinch', 'zoom'],
      ['double click', 'whole image, whole plot'],
      ['drag a plot', 'zoom along x'],
      ['legend', 'a name hides or shows its line'],
    ],
  ],
];

export function Help({ onClose }: { readonly onClose: () => void }): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    // Taken out of the page at once: a closed dialog would keep the focus, and with it the keys.
    shown?.addEventListener('cancel', onClose);
    shown?.addEventListener('close', onClose);
  }, []);
  return (
    <dialog
      class="help"
      ref={dialog}
      aria-label="Keys and gestures"
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <div class="help-body">
        {GROUPS.map(([title, keys]) => (
          <section key={title}>
            <h2>{title}</h2>
            <dl>
              {keys.map(([key, text]) => (
                <div key={key}>
                  <dt>{key}</dt>
                  <dd>{text}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </dialog>
  );
}
