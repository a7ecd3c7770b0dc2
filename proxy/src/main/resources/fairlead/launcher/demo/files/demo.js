// Sends a request through the demo and draws its way.
import { element, table } from './dom.js';

const told = document.getElementById('told');
const tally = new Map();
const side = (host) => (host === '127.0.0.2' ? 'a' : host === '127.0.0.3' ? 'b' : '');

async function ask(service) {
  try {
    const response = await fetch(`demo.json?service=${encodeURIComponent(service)}`);
    draw(await response.json());
  } catch (error) {
    told.replaceChildren(element('p', { class: 'bad' }, `The demo does not answer: ${error.message}`));
  }
}

function draw(way) {
  const parts = [];
  if (way.hops) {
    parts.push(element('p', {}, `Status ${way.status} after ${(way.micros / 1000).toFixed(1)} ms`));
    parts.push(element('ol', { class: 'way' },
      element('li', {}, element('b', {}, 'caller'), element('code', {}, `Host: ${way.service}`), 'this page'),
      ...way.hops.map((hop) => element('li', { class: side(hop.host) },
        element('b', {}, hop.name), element('code', {}, hop.at), hop.does,
        hop.encrypted ? element('small', { class: 'note' }, `🔒 ${hop.encrypted}`) : ''))));
    parts.push(...way.hops.filter((hop) => hop.explain).map(explained));
  }
  if (way.error) parts.push(element('p', { class: 'bad' }, way.error));
  if (way.request) {
    parts.push(element('div', { class: 'columns' },
      fields('Headers the service saw', way.request), fields('Headers of the answer', way.response)));
  }
  told.replaceChildren(...parts);
  proxies(way.admin);
  count(way);
}

/** What the router said it would do, beside what it did. */
function explained(hop) {
  return element('details', { open: 'open' },
    element('summary', {}, `${hop.name} on ${hop.host}: `, element('b', {}, 'explain'), ' against what really happened'),
    element('pre', { tabindex: '0' }, hop.explain),
    element('p', {}, 'Really: it went to ', element('code', {}, hop.next), '.'));
}

function proxies(admin) {
  document.getElementById('proxies').replaceChildren('Each proxy has its own pages: ',
    ...Object.entries(admin ?? {}).flatMap(([host, at], i) =>
      [i ? ', ' : '', element('a', { href: `http://${at}/` }, host)]), '.');
}

function fields(title, headers) {
  return element('section', {}, element('h2', {}, title), table(['name', 'value'], Object.entries(headers)));
}

function count(way) {
  if (!way.host) return;
  const key = `${way.service} on ${way.host}`;
  tally.set(key, (tally.get(key) ?? 0) + 1);
  document.getElementById('tally').replaceChildren(
    table(['instance', 'answers'], [...tally].sort(([a], [b]) => a.localeCompare(b))));
}

document.querySelectorAll('button').forEach((button) =>
  button.addEventListener('click', () => ask(button.dataset.service)));
ask('web');
