/** The table of clients: who is there, how fast, how far behind, what was lost. */
import type { VNode } from 'preact';
import type { ClientShown, ClientsPanel } from '../../panel.ts';
import { formatBytes, formatCount, formatDuration, formatRate } from '../model/format.ts';
import { usePage } from '../model/page-context.ts';

const LAG_NOTABLE_MS = 500;

export function Clients({ panel }: { readonly panel: ClientsPanel }): VNode {
  const { connection } = usePage();
  const now = Date.now() + connection.clockAheadMs;
  const fastest = Math.max(1e-9, ...panel.rows.map(({ updatesPerSecond }) => updatesPerSecond));
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label="Clients">
      <table class="clients">
        <thead>
          <tr>
            <th scope="col">client</th>
            <th scope="col">state</th>
            <th scope="col">run</th>
            <th scope="col" class="is-number has-bar">
              updates / s
            </th>
            <th scope="col" class="is-number">
              data / s
            </th>
            <th scope="col" class="is-number">
              lag
            </th>
            <th scope="col" class="is-number">
              queue
            </th>
            <th scope="col" class="is-number">
              lost
            </th>
            <th scope="col" class="is-number">
              last seen
            </th>
          </tr>
        </thead>
        <tbody>
          {panel.rows.map((row) => (
            <Row
              key={row.id ?? `${row.name} ${row.rank ?? ''}`}
              row={row}
              now={now}
              share={row.updatesPerSecond / fastest}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({
  row,
  now,
  share,
}: {
  readonly row: ClientShown;
  readonly now: number;
  readonly share: number;
}): VNode {
  return (
    <tr class={`is-${row.state}`} title={row.error}>
      <th scope="row">{row.name}</th>
      <td>
        <span class={`state state-${row.state}`}>{row.state}</span>
      </td>
      <td>
        {row.run ?? '–'}
        {row.step === undefined ? '' : `.${row.step}`}
      </td>
      <td class="is-number has-bar">
        <i class="bar" style={{ width: `${Math.round(share * 100)}%` }} />
        <span>{formatRate(row.updatesPerSecond)}</span>
      </td>
      <td class="is-number">{row.bytesPerSecond === undefined ? '–' : formatBytes(row.bytesPerSecond)}</td>
      <td class={`is-number ${row.lagMs > LAG_NOTABLE_MS ? 'is-notable' : ''}`}>
        {formatDuration(row.lagMs)}
      </td>
      <td class="is-number">{formatCount(row.queued)}</td>
      <td class={`is-number ${row.lost > 0 ? 'is-notable' : ''}`}>{formatCount(row.lost)}</td>
      <td class="is-number">{formatDuration(now - row.lastSeen)}</td>
    </tr>
  );
}
