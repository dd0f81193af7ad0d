import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MasterStream } from '#live/stream/master-stream.js';
import { AutomaticPanels } from '#live/view/automatic-panels.js';
import { HandFedClient } from '../support/hand-fed-client.js';

test('Arrays and numbers that are named as the built-in panels stand beside them', async () => {
  const stream = new MasterStream();
  const kinds = new Map<string, Set<string>>();
  const suggest = (name: string, { kind }: { readonly kind: string }): void =>
    void kinds.set(name, (kinds.get(name) ?? new Set()).add(kind));
  const panels = new AutomaticPanels({ suggest, suggestLast: () => undefined }, stream);
  const client = new HandFedClient(stream, 'client');
  const events = stream[Symbol.asyncIterator]();
  const fed = client
    .hello()
    .then(() => client.data({ controls: 1 }, { status: new Float32Array(9), clients: new Float32Array(9) }))
    .then(() => client.endRun())
    .then(() => client.bye())
    .then(() => 'fed' as const);
  // Events come until everything was read.
  for (let next = events.next(); (await Promise.race([fed, next])) !== 'fed'; next = events.next()) continue;
  await stream.close();
  panels.stop();
  assert.deepEqual([...kinds].map(([name, each]) => `${name}: ${[...each].join(', ')}`).sort(), [
    'clients (data): lines',
    'clients: clients',
    'controls (data): strip',
    'controls: controls',
    'status (data): lines',
    'status: status',
  ]);
});
