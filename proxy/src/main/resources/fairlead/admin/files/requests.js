// Draws the recent requests from their JSON. Names come from the network: only ever set as text.
import { element, table } from './dom.js';

const HEADS = ['Timestamp', 'Source', 'Server', 'Router', 'Logical name', 'Concrete name', 'Destination'];
const byId = (id) => document.getElementById(id);

async function poll() {
  try {
    const response = await fetch('requests.json');
    if (!response.ok) throw new Error(`status ${response.status}`);
    const rows = await response.json();
    byId('requests').replaceChildren(rows.length === 0
      ? element('p', { class: 'note' }, 'Nothing was sampled yet.')
      : table(HEADS, rows.map(cells)));
    byId('state').textContent = '';
  } catch (error) {
    byId('state').textContent = `no answer (${error.message}); trying again`;
  }
  setTimeout(poll, document.hidden ? 20000 : 2000);
}

const cells = (row) => [
  row.time, row.source, row.server, row.router, link(row.router, row.service), link(row.router, row.client), row.destination,
];

const link = (router, name) => element('a',
  { href: `delegator?router=${encodeURIComponent(router)}#${encodeURIComponent(name)}` }, name);

poll();
