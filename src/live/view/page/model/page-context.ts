/** What every component may need, handed down by context; and the hooks that read it. */
import { createContext } from 'preact';
import type { Context } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { Connection } from './connection.ts';
import type { Frame } from './frame.ts';
import type { Frames } from './frames.ts';
import type { Theme, ThemeChoice } from './theme.ts';
import type { Painter } from '../image/painting.ts';

export interface PageContext {
  readonly frames: Frames;
  readonly connection: Connection;
  readonly theme: ThemeChoice;
  /** Of all images. */
  readonly painter: Painter;
}

const Page: Context<PageContext | undefined> = createContext<PageContext | undefined>(undefined);
export const PageProvider: typeof Page.Provider = Page.Provider;

export function usePage(): PageContext {
  const page = useContext(Page);
  if (page === undefined) throw new Error('Cannot draw outside of a PageProvider');
  return page;
}

/** Draws again whenever anything has come. */
export function useFrames(): Frames {
  const { frames } = usePage();
  const [, setTurn] = useState(0);
  useEffect(() => frames.subscribe(() => setTurn((turn) => turn + 1)), [frames]);
  return frames;
}

/** The frame of a topic that is to be drawn; draws again when it is another one. */
export function useFrame(name: string): Frame | undefined {
  const { frames } = usePage();
  const [frame, setFrame] = useState(() => frames.shown(name));
  useEffect(() => {
    setFrame(frames.shown(name));
    return frames.subscribe(() => setFrame(frames.shown(name)));
  }, [frames, name]);
  return frame;
}

export function useTheme(): Theme {
  const { theme } = usePage();
  const [now, setNow] = useState(theme.theme);
  useEffect(() => theme.subscribe(() => setNow(theme.theme)), [theme]);
  return now;
}
