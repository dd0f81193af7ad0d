/**
 * The page's text, and what it may do: run our scripts, use our styles, talk to this server. The map of imports is the one
 * script in the text; the policy names it by its hash.
 */
import { hash } from './hash.ts';
import { IMPORTED } from './page-files.ts';

const MAIN = 'page/main.js';
const STYLES = [
  'packages/uplot.css',
  'page/style/theme.css',
  'page/style/frame.css',
  'page/style/panels.css',
];

export interface PageText {
  readonly text: string;
  policy(host: string): string;
}

/** @param files all paths, so that the browser need not find its modules one after the other */
export function pageText(title: string, files: Iterable<string>): PageText {
  const imports = Object.fromEntries(Object.entries(IMPORTED).map(([name, [ours]]) => [name, `./${ours}`]));
  const map = JSON.stringify({ imports });
  const modules = [...files].filter((file) => file.endsWith('.js'));
  const text = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
    <meta name="color-scheme" content="light dark">
    <title>${escaped(title)}</title>
    <link rel="icon" href="page/style/icon.svg">
    ${STYLES.map((file) => `<link rel="stylesheet" href="${file}">`).join('\n    ')}
    <script type="importmap">${map}</script>
    ${modules.map((file) => `<link rel="modulepreload" href="${file}">`).join('\n    ')}
    <script type="module" src="${MAIN}"></script>
  </head>
  <body>
    <noscript>This page draws with JavaScript, which is switched off.</noscript>
  </body>
</html>
`;
  const script = `'sha256-${hash(map).toString('base64')}'`;
  const policy = (host: string): string =>
    [
      "default-src 'none'",
      `script-src 'self' ${script}`,
      "style-src 'self'",
      "img-src 'self' blob: data:",
      `connect-src 'self' ws://${host} wss://${host}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; ');
  return { text, policy };
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
