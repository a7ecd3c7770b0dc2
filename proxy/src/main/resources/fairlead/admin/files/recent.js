// What was slow, failed or was decided lately: the flight recorder.
import { poll } from './data.js';
import { code, element, note, table } from './dom.js';

/** Events that are kept here, about as many as the proxy keeps. */
const MOST = 10_000;

/** Threads note at the same time: what is older than the newest by so much may come after it. */
const LATE_MS = 1000;

export default async function recent(main) {
  const list = element('div', {});
  const choice = element('select', { name: 'kind' }, element('option', { value: '' }, 'everything'));
  const filter = element('input', { name: 'filter', placeholder: 'part of the text', 'aria-label': 'Filter', type: 'search' });
  main.replaceChildren(element('h1', {}, 'Recent'),
    element('p', {}, note('Slow and failed requests, and what was decided, newest first. '), element('a', { href: 'recorder.json' }, 'as JSON lines'),
      ...((await hasRequests()) ? [' · ', element('a', { href: 'requests' }, 'all requests that are sampled')] : [])),
    element('p', { class: 'choice' }, element('label', { class: 'choice' }, 'Show ', choice), filter), list);
  const kinds = new Set();
  let events = [];
  const ask = async () => {
    const from = events.length === 0 ? 0 : Date.parse(events.at(-1).at) - LATE_MS;
    const text = await (await fetch(`recorder.json${from ? `?since=${new Date(from).toISOString()}` : ''}`)).text();
    const more = text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
    events = [...events.filter(({ at }) => Date.parse(at) < from), ...more].slice(-MOST);
    draw();
  };
  const draw = () => {
    for (const { kind } of events.filter((event) => !kinds.has(event.kind))) {
      if (!kinds.has(kind)) choice.append(element('option', {}, kind));
      kinds.add(kind);
    }
    const wanted = choice.value === 'everything' ? '' : choice.value;
    const shown = events.filter((event) => (wanted === '' || event.kind === wanted) && `${event.subject} ${event.text}`.includes(filter.value));
    list.replaceChildren(shown.length === 0 ? element('p', {}, note('Nothing to tell: what is neither slow nor failed is not kept.'))
      : table(['when', 'kind', 'what', 'said'], shown.reverse().slice(0, 500).map(row)));
  };
  for (const input of [choice, filter]) input.addEventListener('input', draw);
  poll(ask, 2000);
}

async function hasRequests() {
  return (await (await fetch('admin/index.txt')).text()).split('\n').includes('/requests');
}

const row = ({ at, kind, subject, text, missed }) => [element('span', { title: at }, new Date(at).toLocaleTimeString()), kind,
  code(subject), element('span', { class: 'long' }, missed ? `${text} (${missed} before it are lost)` : text)];
