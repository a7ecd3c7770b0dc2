// Who each client may send to, what they bear, and who is out and why.
import { json, number, poll } from './data.js';
import { code, element, note, table } from './dom.js';

export default function endpoints(main) {
  const list = element('div', {});
  const only = element('input', { type: 'checkbox', name: 'out' });
  main.replaceChildren(element('h1', {}, 'Endpoints'),
    element('label', { class: 'choice' }, only, ' only who is not used'), list);
  const ask = async () => draw(await json('endpoints.json'), list, only.checked);
  only.addEventListener('change', ask);
  poll(ask, 1000);
}

function draw(clients, list, only) {
  const sections = clients.flatMap(({ client, state, endpoints: all }) => {
    const shown = all.filter((endpoint) => !only || endpoint.state !== 'used');
    if (only && shown.length === 0 && state === 'bound') return [];
    return [element('h2', {}, code(client)),
      state === 'bound' && all.length > 0
        ? table(['endpoint', 'state', 'load', 'weight', 'share', 'why'], shown.map(row))
        : element('p', { class: 'bad' }, state === 'bound' ? 'no endpoint' : state)];
  });
  list.replaceChildren(...(sections.length > 0 ? sections
    : [element('p', {}, note(clients.length === 0 ? 'No request came yet, so nothing is bound.' : 'All endpoints are used.'))]));
}

const STATES = { used: 'good', tried: 'poor', out: 'bad' };

function row({ address, state, load, weight, share, reason, forMs }) {
  return [code(address), element('span', { class: STATES[state] }, state), load === undefined ? '' : number(load), weight,
    share === undefined ? '' : `${Math.round(share * 100)} %`, reason ? `${reason}${forMs ? `, out for ${number(forMs / 1000)} s` : ''}` : ''];
}
