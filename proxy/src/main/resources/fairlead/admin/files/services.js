// Each service: its figures, and where its requests went.
import { children, json, number, poll, rates, value } from './data.js';
import { bar } from './chart.js';
import { code, element, note, table } from './dom.js';

/** The latest answer, and the one before it. */
let latest = null;
let before = null;

export default function services(main) {
  const list = element('div', {});
  const filter = element('input', { name: 'filter', placeholder: 'part of a name', 'aria-label': 'Filter by name', type: 'search' });
  main.replaceChildren(element('h1', {}, 'Services'), filter, list);
  filter.addEventListener('input', () => latest && draw(latest, before, list, filter.value));
  poll(async () => {
    const now = await json('services.json');
    if (now.atMs === latest?.atMs) return; // somebody else's answer, which we have had
    [before, latest] = [latest, now];
    draw(latest, before, list, filter.value);
  }, 1000);
}

function draw(now, past, list, wanted) {
  const rate = rates(now, past);
  const sections = children(now.rt).flatMap(([label, router]) => {
    const rows = children(router.service).filter(([id]) => id.includes(wanted)).map(([id, node]) => row(label, id, node, router, rate));
    return rows.length === 0 ? [] : [element('h2', {}, `Router ${label}`),
      table(['service', 'requests/s', 'successes', 'failures', 'p50 ms', 'p99 ms', 'max ms', 'requests/s by client'], rows)];
  });
  list.replaceChildren(...(sections.length > 0 ? sections : [element('p', {}, note('No service was asked for yet.'))]));
}

function row(label, id, node, router, rate) {
  const latency = node.request_latency_ms ?? {};
  const parts = children(router.client).filter(([, client]) => client.service?.[id])
    .map(([client]) => ({ client, rate: rate('rt', label, 'client', client, 'service', id, 'requests') }));
  const whole = parts.reduce((total, part) => total + part.rate, 0);
  return [code(id), number(rate('rt', label, 'service', id, 'requests')), number(value(node, 'success')), number(value(node, 'failures')),
    latency.p50 ?? '', latency.p99 ?? '', latency.max ?? '',
    element('div', { class: 'parts' }, ...parts.map((part) => element('div', {}, code(part.client), ' ', number(part.rate),
      bar(`${part.client}: ${number(part.rate)} a second`, whole > 0 ? part.rate / whole : 0, 'good'))))];
}
