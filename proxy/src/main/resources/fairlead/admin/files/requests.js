// Draws the recent requests from their JSON. Names come from the network: only ever set as text.
import { json, poll } from './data.js';
import { element, table } from './dom.js';

const HEADS = ['Timestamp', 'Source', 'Server', 'Router', 'Logical name', 'Concrete name', 'Destination'];

async function draw() {
  const rows = await json('requests.json');
  document.getElementById('requests').replaceChildren(rows.length === 0
    ? element('p', { class: 'note' }, 'Nothing was sampled yet.')
    : table(HEADS, rows.map(cells)));
}

const cells = (row) => [
  row.time, row.source, row.server, row.router, link(row.router, row.service), link(row.router, row.client), row.destination,
];

const link = (router, name) => element('a',
  { href: `delegator?router=${encodeURIComponent(router)}#${encodeURIComponent(name)}` }, name);

poll(draw, 2000);
