// Requests that were slow or failed, and what was decided lately.
import { json, poll } from './data.js';
import { code, element, note, table } from './dom.js';

export default async function recent(main) {
  const list = element('div', {});
  main.replaceChildren(element('h1', {}, 'Recent'), list);
  const index = await (await fetch('admin/index.txt')).text();
  if (!index.split('\n').includes('/recorder.json')) {
    list.append(element('p', {}, note('This program keeps no record.')));
    return;
  }
  const kinds = new Set();
  let wanted = '';
  const choice = element('select', { name: 'kind', 'aria-label': 'Kind' });
  choice.addEventListener('change', () => { wanted = choice.value; });
  list.before(element('label', { class: 'choice' }, 'Show ', choice));
  poll(async () => {
    const events = (await json('recorder.json')).events ?? [];
    events.forEach((event) => kinds.add(event.kind));
    if (choice.options.length !== kinds.size + 1) {
      choice.replaceChildren(element('option', { value: '' }, 'everything'),
        ...[...kinds].sort().map((kind) => element('option', { value: kind, selected: kind === wanted }, kind)));
    }
    const shown = events.filter((event) => wanted === '' || event.kind === wanted).reverse();
    list.replaceChildren(shown.length === 0 ? element('p', {}, note('Nothing yet: requests that are neither slow nor failed are not kept.'))
      : table(['time', 'kind', 'what'], shown.map(row)));
  }, 2000);
}

function row(event) {
  const { at, kind, ...rest } = event;
  return [code(at), kind, element('span', { class: 'long' }, rest.what ?? Object.entries(rest).map(([k, v]) => `${k} ${typeof v === 'object' ? JSON.stringify(v) : v}`).join(' · '))];
}
