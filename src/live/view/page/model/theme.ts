/** Light or dark: as the system wants it, until the person chooses. The choice is kept by the browser, for this address. */

export type Theme = 'light' | 'dark';
const KEY = 'parley-theme';

export class ThemeChoice {
  readonly #system: MediaQueryList = matchMedia('(prefers-color-scheme: dark)');
  readonly #listeners = new Set<() => void>();
  #chosen: Theme | undefined;

  constructor() {
    const stored = readStored();
    this.#chosen = stored === 'light' || stored === 'dark' ? stored : undefined;
    this.#system.addEventListener('change', () => this.#apply());
    this.#apply();
  }

  get theme(): Theme {
    return this.#chosen ?? (this.#system.matches ? 'dark' : 'light');
  }

  switch(): void {
    this.#chosen = this.theme === 'dark' ? 'light' : 'dark';
    try {
      localStorage.setItem(KEY, this.#chosen);
    } catch {
      // Without a store the choice lasts as long as the page.
    }
    this.#apply();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #apply(): void {
    document.documentElement.dataset['theme'] = this.theme;
    for (const listener of this.#listeners) listener();
  }
}

function readStored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
