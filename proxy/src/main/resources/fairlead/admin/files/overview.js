// Draws the overview from the JSON pages. Names come from the network: only ever set as text.
import { element, table } from './dom.js';
import { explanation } from './delegation.js';

const INTERVAL_MS = 1000;
const byId = (id) => document.getElementById(id);
const value = (node, ...path) => {
  const found = path.reduce((at, name) => at?.[name], node);
  return found?.counter ?? found?.gauge ?? 0;
};
const children = (node) => Object.entries(node ?? {}).filter(([, child]) => typeof child === 'object');
const number = (n) => n.toLocaleString('en', { maximumFractionDigits: 1 });

let before = null;

async function poll() {
  try {
    const response = await fetch('admin/metrics.json?tree=1');
    if (!response.ok) throw new Error(`status ${response.status}`);
    const metrics = await response.json();
    const now = { metrics, at: performance.now() };
    if (before) draw(now, before);
    before = now;
    byId('state').textContent = '';
  } catch (error) {
    byId('state').textContent = `no answer (${error.message}); trying again`;
  }
  setTimeout(poll, document.hidden ? 10 * INTERVAL_MS : INTERVAL_MS);
}

function draw(now, past) {
  const seconds = (now.at - past.at) / 1000;
  const rate = (path, name) => Math.max(0,
    (value(now.metrics, ...path, name) - value(past.metrics, ...path, name)) / seconds);
  const routers = children(now.metrics.rt).map(([label, router]) => ({ label, router }));
  byId('totals').replaceChildren(...totals(routers, rate));
  byId('routers').replaceChildren(...routers.flatMap(({ label, router }) => [
    element('h2', {}, `Router ${label}`),
    ...['server', 'service', 'client'].flatMap((kind) => section(label, kind, router[kind], rate)),
  ]));
  const jvm = now.metrics.jvm;
  byId('process').textContent = `up ${uptime(value(jvm, 'uptime'))} · ${value(jvm, 'thread', 'count')} threads · ` +
    `${number(value(jvm, 'mem', 'current', 'used') / 2 ** 20)} MiB · collections ${number(value(jvm, 'gc', 'msec'))} ms`;
}

function totals(routers, rate) {
  const sum = (kind, f) => routers.reduce((total, { label, router }) =>
    total + children(router[kind]).reduce((t, [id, node]) => t + f(label, id, node), 0), 0);
  return [
    ['Requests a second', sum('server', (label, id) => rate(['rt', label, 'server', id], 'requests'))],
    ['Pending', sum('server', (_, __, node) => value(node, 'pending') || value(node, 'load'))],
    ['Incoming connections', sum('server', (_, __, node) => value(node, 'connections'))],
    ['Outgoing connections', sum('client', (_, __, node) => value(node, 'connections'))],
  ].map(([label, n]) => element('div', { class: 'tile' }, element('b', {}, number(n)), element('span', {}, label)));
}

function section(label, kind, nodes, rate) {
  const rows = children(nodes).map(([id, node]) => {
    const path = ['rt', label, kind, id];
    const good = rate(path, 'success');
    const bad = rate(path, 'failures');
    const latency = node.request_latency_ms ?? {};
    return [id, number(rate(path, 'requests')), success(good, bad), number(value(node, 'failures')),
      latency['stat.p50'] ?? '', latency['stat.p99'] ?? '', latency['stat.max'] ?? '',
      kind === 'client' ? endpoints(node.loadbalancer) : number(value(node, 'connections') || value(node, 'pending'))];
  });
  if (rows.length === 0) return [];
  const last = { server: 'connections', service: 'pending', client: 'endpoints' }[kind];
  return [element('h3', {}, `${kind}s`),
    table([kind, 'requests/s', 'success', 'failures', 'p50 ms', 'p99 ms', 'max ms', last], rows)];
}

function success(good, bad) {
  if (good + bad === 0) return 'N/A';
  const percent = (100 * good) / (good + bad);
  return element('span', { class: percent < 90 ? 'bad' : percent < 99 ? 'poor' : 'good' }, `${percent.toFixed(2)} %`);
}

function endpoints(balancer) {
  const size = value(balancer, 'size');
  const available = value(balancer, 'available');
  return element('span', { class: size && available < size / 2 ? 'bad' : '' }, `${available} / ${size}`);
}

function uptime(ms) {
  const s = Math.floor(ms / 1000);
  return s < 120 ? `${s} s` : s < 7200 ? `${Math.floor(s / 60)} min` : `${Math.floor(s / 3600)} h`;
}

async function names() {
  const box = byId('names');
  try {
    const list = await (await fetch('bound-names.json')).json();
    box.replaceChildren(...(list.length === 0
      ? [element('span', { class: 'note' }, 'No namer can list its names.')]
      : list.map((name) => element('div', {}, element('code', {}, name)))));
  } catch {
    box.textContent = 'Not to be had right now.';
  }
}

async function form() {
  const form = byId('explain');
  const config = await (await fetch('config.json')).json().catch(() => ({}));
  const routers = (config.routers ?? []).map((r) => ({ label: r.label ?? r.protocol, dtab: String(r.dtab ?? '') }));
  form.namespace.replaceChildren(...routers.map((r) => element('option', {}, r.label)));
  const showDtab = () => {
    form.dtab.value = routers.find((r) => r.label === form.namespace.value)?.dtab ?? '';
  };
  form.namespace.addEventListener('change', showDtab);
  showDtab();
  if (location.hash.length > 1) form.path.value = decodeURIComponent(location.hash.slice(1));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    location.hash = form.path.value;
    byId('answer').replaceChildren(await explanation({
      namespace: form.namespace.value, path: form.path.value, dtab: form.dtab.value,
    }));
  });
}

poll();
names();
form().catch(() => {});
