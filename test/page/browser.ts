/** A headless Chromium for the tests of the page, where there is one. */
import fs from 'node:fs';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';

const CHROMIUM = process.env['PARLEY_CHROMIUM'] ?? '/usr/bin/chromium';
/** WebGL2 without a graphics processor, which nothing else is to imitate; nothing that calls home. */
const OPTIONS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
].concat([
  '--disable-component-update',
  '--disable-sync',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
]);

/** False where there is a browser; else why not. */
export const withoutBrowser: string | false = fs.existsSync(CHROMIUM)
  ? false
  : `there is no ${CHROMIUM}; PARLEY_CHROMIUM names another`;

export interface OpenedPage extends AsyncDisposable {
  readonly page: Page;
  /** What the page has complained about: errors, and what its policy refused. */
  readonly complaints: string[];
}

/** A page that is left alone: of the ones above the browser reports every message of their sockets, with a copy of it. */
export interface QuietPage extends AsyncDisposable {
  /** The value of an expression, awaited. */
  evaluate(expression: string): Promise<unknown>;
}

/** One browser for all tests of a file. A page that was disposed of is used again: to start one costs more than most tests. */
export class TestBrowser {
  #browser: Browser | undefined;
  readonly #idle: Page[] = [];

  async start(): Promise<void> {
    this.#browser = await chromium.launch({ executablePath: CHROMIUM, args: OPTIONS });
  }

  async open(url: string): Promise<OpenedPage> {
    if (this.#browser === undefined) throw new Error('Cannot open a page: the browser was not started');
    const page = this.#idle.pop() ?? (await this.#browser.newPage());
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await look(page, 'dark', 1400, 900);
    await page.goto(url);
    const leave = async (): Promise<void> => {
      page.removeAllListeners('pageerror');
      page.removeAllListeners('console');
      await page.goto('about:blank');
      this.#idle.push(page);
    };
    return { page, complaints, [Symbol.asyncDispose]: leave };
  }

  /** For what is measured. */
  async openQuiet(url: string): Promise<QuietPage> {
    if (this.#browser === undefined) throw new Error('Cannot open a page: the browser was not started');
    const session = await this.#browser.newBrowserCDPSession();
    const { targetId } = await session.send('Target.createTarget', { url, width: 1400, height: 900 });
    const evaluate = await evaluatorOf(session, targetId);
    while ((await evaluate(`location.href !== 'about:blank' && document.readyState`)) !== 'complete');
    return {
      evaluate,
      [Symbol.asyncDispose]: async () => {
        await session.send('Target.closeTarget', { targetId });
        await session.detach();
      },
    };
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
  }
}

/** Undefined for what cannot be evaluated, as while the page is on its way to another address. */
async function evaluatorOf(session: CDPSession, targetId: string): Promise<QuietPage['evaluate']> {
  const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: false });
  const answers = new Map<number, (value: unknown) => void>();
  session.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result } = JSON.parse(message) as { id: number; result?: { result: { value?: unknown } } };
    answers.get(id)?.(result?.result.value);
    answers.delete(id);
  });
  let asked = 0;
  return async (expression) => {
    const id = (asked += 1);
    const params = { expression, awaitPromise: true, returnByValue: true };
    const message = JSON.stringify({ id, method: 'Runtime.evaluate', params });
    const answer = new Promise((resolve) => void answers.set(id, resolve));
    await session.send('Target.sendMessageToTarget', { sessionId, message });
    return answer;
  };
}

/** What the person's system wants, and the size of the window. */
export async function look(
  page: Page,
  colorScheme: 'light' | 'dark',
  width: number,
  height: number,
): Promise<void> {
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme });
}

/** Colours of the canvas' pixels at these places, as the page has drawn them. */
export async function pixelsOf(
  page: Page,
  selector: string,
  places: readonly (readonly [x: number, y: number])[],
): Promise<number[][]> {
  const script = `(() => {
    const context = document.querySelector(${JSON.stringify(selector)}).getContext('2d');
    return ${JSON.stringify(places)}.map(([x, y]) => [...context.getImageData(x, y, 1, 1).data]);
  })()`;
  return page.evaluate<number[][]>(script);
}
