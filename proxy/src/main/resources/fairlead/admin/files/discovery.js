// What the namers and interpreters watch: since when, when they last heard, and the last error.
import { duration, json, poll } from './data.js';
import { code, element, note, table } from './dom.js';

export default async function discovery(main) {
  const list = element('div', {});
  main.replaceChildren(element('h1', {}, 'Discovery'), list);
  const index = await (await fetch('admin/index.txt')).text();
  const pages = index.split('\n').filter((page) => page.startsWith('/namer_state/') || page.includes('/interpreter_state/'));
  if (pages.length === 0) list.append(element('p', {}, note('No namer of this configuration watches anything.')));
  poll(async () => {
    const all = await Promise.all(pages.map(async (page) => [page, await json(page.slice(1))]));
    const names = await json('bound-names.json').catch(() => []);
    list.replaceChildren(...all.flatMap(([page, state]) => section(page, state)), element('h2', {}, 'Names that can be listed'),
      element('div', { class: 'card' }, ...(names.length === 0 ? [note('None: no namer can list its names.')]
        : names.map((name) => element('div', {}, code(name))))));
  }, 2000);
}

function section(page, state) {
  const rows = watches('', state);
  return [element('h2', {}, code(page.replace(/^\/namer_state/, '').replace(/\.json$/, '')),
    ' ', element('a', { class: 'note', href: page.slice(1) }, 'as JSON')),
  rows.length === 0 ? element('p', {}, note('nothing is watched yet')) : table(['watch', 'state', 'last heard', 'last error', 'value'], rows)];
}

/** A watch is an object with a state; what holds others is looked through. */
function watches(name, node) {
  if (node === null || typeof node !== 'object') return [];
  if (node.state && typeof node.state === 'object') {
    const exchange = node.poll ?? node.watch ?? node.events ?? {};
    const below = Object.entries(node).filter(([key]) => !['state', 'poll', 'watch', 'events'].includes(key))
      .flatMap(([key, child]) => watches(name ? `${name}/${key}` : key, child));
    return [row(name, node.state, exchange), ...below];
  }
  return Object.entries(node).flatMap(([key, child]) => watches(name ? `${name} ${key}` : key, child));
}

function row(name, state, exchange) {
  const error = exchange.error ?? state.error;
  return [code(name || '/'), state.running ? element('span', { class: 'good' }, 'running') : element('span', { class: 'bad' }, 'stopped'),
    age(exchange.lastResponseAt ?? state.lastUpdatedAt), error ? element('span', { class: 'bad' }, error) : '',
    element('span', { class: 'long' }, brief(state.value))];
}

function brief(value) {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

/** Of a time like 2026-11-23 20:12:00 +0000. */
function age(text) {
  if (!text) return 'never';
  const at = Date.parse(text.replace(' ', 'T').replace(' +0000', 'Z'));
  return Number.isNaN(at) ? text : element('span', { title: text }, `${duration(Math.max(0, Date.now() - at))} ago`);
}
