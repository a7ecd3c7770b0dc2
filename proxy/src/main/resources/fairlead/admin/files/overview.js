// The dashboard: what goes through each router now, and in the last ten minutes.
import { bar, chart, sparkline } from './chart.js';
import { children, duration, json, number, poll, rates, routers, value } from './data.js';
import { code, element, note, table } from './dom.js';

const wanted = new URLSearchParams(location.search).get('router');

let before = null;
let history = {};
let noted = { taken: 0, due: 0 };
let settings = [];

export default async function overview(main) {
  const totals = element('div', { class: 'tiles' });
  const blocks = element('div', { class: 'routers' });
  main.replaceChildren(element('h1', { class: 'unseen' }, wanted ? `Router ${wanted}` : 'All routers'), choice(), totals, blocks);
  settings = await routers().catch(() => []);
  choose(main);
  poll(async () => {
    const now = await json('overview.json');
    if (now.atMs === before?.atMs) return; // somebody else's answer, which we have had
    if (performance.now() >= noted.due) await remember();
    draw(now, before, totals, blocks);
    before = now;
  }, 1000);
}

/** Adds what the proxy has noted since; the oldest of ours goes. */
async function remember() {
  const more = await json(`history.json?since=${noted.taken}`);
  const joined = (_, had, added) => Object.fromEntries(['requests', 'failures', 'p99'].map((figure) =>
    [figure, [...(had?.[figure] ?? new Array(more.samples).fill(null)), ...added[figure]].slice(-more.samples)]));
  const each = (had, added, join) => Object.fromEntries(Object.entries(added).map(([key, child]) => [key, join(key, had?.[key], child)]));
  history = each(history, more.routers, (_, router, kinds) => each(router, kinds, (__, kind, ids) => each(kind, ids, joined)));
  noted = { taken: more.taken, due: performance.now() + more.intervalMs };
}

function choice() {
  return element('label', { class: 'choice' }, 'Router ', element('select', { name: 'router' }));
}

function choose(main) {
  const select = main.querySelector('select');
  select.replaceChildren(element('option', { value: '' }, 'all'),
    ...settings.map((r) => element('option', { value: r.label, selected: r.label === wanted }, r.label)));
  select.addEventListener('change', () => location.assign(select.value ? `?router=${encodeURIComponent(select.value)}` : '.'));
}

function draw(now, earlier, totals, blocks) {
  const grown = rates(now, earlier);
  const rate = (path, ...name) => grown(...path, ...name);
  const all = children(now.rt).map(([label, router]) => ({ label, router }));
  totals.hidden = wanted !== null;
  totals.replaceChildren(...sums(all, rate));
  blocks.replaceChildren(...all.filter(({ label }) => wanted === null || label === wanted)
    .map(({ label, router }) => block(label, router, rate)));
  const jvm = now.jvm;
  document.getElementById('process').textContent = `up ${duration(value(jvm, 'uptime'))} · ${value(jvm, 'thread', 'count')} threads · ` +
    `${number(value(jvm, 'mem', 'current', 'used') / 2 ** 20)} MiB · collections ${number(value(jvm, 'gc', 'msec'))} ms`;
}


function over(all, kind, of) {
  return all.reduce((total, { label, router }) =>
    total + children(router[kind]).reduce((t, [id, node]) => t + of(['rt', label, kind, id], node), 0), 0);
}

function sums(all, rate) {
  return [
    ['Current requests', over(all, 'server', (path) => rate(path, 'requests')), 'a second'],
    ['Pending', over(all, 'server', (_, node) => value(node, 'pending') || value(node, 'load')), 'requests'],
    ['Incoming connections', over(all, 'server', (_, node) => value(node, 'connections')), 'now'],
    ['Outgoing connections', over(all, 'client', (_, node) => value(node, 'connections')), 'now'],
  ].map(([label, n, unit]) => element('div', { class: 'tile' }, element('b', {}, number(n)),
    element('span', {}, label), ' ', note(unit)));
}

function block(label, router, rate) {
  const one = [{ label, router }];
  const good = over(one, 'server', (path) => rate(path, 'success'));
  const bad = over(one, 'server', (path) => rate(path, 'failures'));
  const requests = over(one, 'server', (path) => rate(path, 'requests'));
  const retries = over(one, 'service', (path) => rate(path, 'retries', 'total'));
  const requeues = over(one, 'client', (path) => rate(path, 'retries', 'requeues'));
  return element('section', { 'aria-label': `Router ${label}` },
    element('h2', {}, element('a', { href: `?router=${encodeURIComponent(label)}` }, `Router ${label}`)),
    element('div', { class: 'summary' },
      figure('pending', number(over(one, 'server', (_, node) => value(node, 'pending')))),
      figure('requests/s', number(requests)),
      figure('retries/s', `${number(retries)} + ${number(requeues)}`),
      figure('success', success(good, bad)),
      figure('failures', requests > 0 ? `${((100 * bad) / Math.max(requests, bad)).toFixed(2)} %` : 'N/A'),
      budget(label, retries + requeues, requests)),
    clients(label),
    ...['service', 'client', 'server'].flatMap((kind) => section(label, kind, router[kind], rate)));
}

const figure = (label, content) => element('span', { class: 'figure' }, element('b', {}, content), ' ', note(label));

/** How much of what may be retried is left, of the last second. */
function budget(label, retries, requests) {
  const allowed = settings.find((r) => r.label === label)?.retryPercent ?? 20;
  const used = requests > 0 ? (100 * retries) / requests : 0;
  const left = Math.max(0, allowed - used);
  const share = allowed === 0 ? 1 : left / allowed;
  const state = share < 0.5 ? 'bad' : share < 0.75 ? 'poor' : 'good';
  const text = `${Math.round(left)}% / ${Math.round(allowed)}%${used >= allowed && used > 0 ? ' budget exhausted' : ''}`;
  return element('span', { class: 'figure' }, element('b', { class: state }, text), ' ', note('retry budget available'), bar(text, share, state));
}

function clients(label) {
  const all = Object.entries(history[label]?.client ?? {}).map(([id, node]) => ({ name: id, points: node.requests }));
  if (all.every((s) => s.points.every((p) => !p))) return element('div', {});
  const last = (s) => s.points.reduce((total, p) => total + (p ?? 0), 0);
  return chart('Requests per client', 'a second', all.sort((a, b) => last(b) - last(a)), 10);
}

function section(label, kind, nodes, rate) {
  const rows = children(nodes).map(([id, node]) => {
    const path = ['rt', label, kind, id];
    const latency = node.request_latency_ms ?? {};
    const past = history[label]?.[kind]?.[id];
    return [code(id), past ? sparkline(`${id}: requests and failures a second, last ten minutes`,
      { class: 'requests', points: past.requests }, { class: 'failures', points: past.failures }) : '',
    number(rate(path, 'requests')), success(rate(path, 'success'), rate(path, 'failures')), number(value(node, 'failures')),
    latency.p50 ?? '', latency.p99 ?? '',
    past ? sparkline(`${id}: 99th percentile in ms, last ten minutes`, { class: 'latency', points: past.p99 }) : '',
    latency.max ?? '', last(kind, node, rate, path)];
  });
  if (rows.length === 0) return [];
  const end = { server: 'connections', service: 'retries/s', client: 'endpoints' }[kind];
  return [element('h3', {}, `${kind}s`),
    table([kind, '10 min', 'requests/s', 'success', 'failures', 'p50 ms', 'p99 ms', 'p99, 10 min', 'max ms', end], rows)];
}

function last(kind, node, rate, path) {
  switch (kind) {
    case 'client': return endpoints(node.loadbalancer);
    case 'service': return number(rate(path, 'retries', 'total'));
    default: return number(value(node, 'connections'));
  }
}

function success(good, bad) {
  if (!(good + bad > 0)) return note('N/A');
  const percent = (100 * good) / (good + bad);
  return element('span', { class: percent < 90 ? 'bad' : percent < 99 ? 'poor' : 'good' }, `${percent.toFixed(2)} %`);
}

function endpoints(balancer) {
  const size = value(balancer, 'size');
  const available = value(balancer, 'available');
  const state = size > 0 && available < size / 2 ? 'poor' : 'good';
  return element('span', { class: state === 'poor' ? 'poor' : '' }, `${available} / ${size}`,
    bar(`${available} of ${size} endpoints available`, size === 0 ? 0 : available / size, state));
}
