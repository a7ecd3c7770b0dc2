// The playground: where a name would go, by the rules of a router or by others.
import { explanation } from './delegation.js';
import { routers } from './data.js';
import { code, element } from './dom.js';

export default async function delegator(main) {
  const all = await routers();
  const wanted = new URLSearchParams(location.search).get('router');
  const namespace = element('select', { name: 'namespace' },
    ...all.map((r) => element('option', { selected: r.label === wanted }, r.label)));
  const path = element('input', { name: 'path', required: true, spellcheck: 'false',
    value: location.hash.length > 1 ? decodeURIComponent(location.hash.slice(1)) : '/svc/web' });
  const dtab = element('textarea', { name: 'dtab', rows: 6, spellcheck: 'false' });
  const rules = element('ol', { class: 'rules', reversed: true });
  const answer = element('div', { role: 'status' });
  const form = element('form', { class: 'card' },
    element('label', {}, 'Router ', namespace), element('label', {}, 'Path ', path),
    element('label', {}, 'Dtab: changed here, it changes this question only ', dtab),
    element('div', { class: 'buttons' }, element('button', {}, 'Go!'), element('button', { type: 'button', class: 'quiet' }, 'Reset')),
    element('h3', {}, 'rules, the first that is tried on top'), rules);
  main.replaceChildren(element('h1', {}, 'Where would a name go?'), element('div', { class: 'split' }, form, element('div', { class: 'card' }, answer)));

  const reset = () => {
    dtab.value = all.find((r) => r.label === namespace.value)?.dtab.replaceAll(/;\s*/g, ' ;\n').trim() ?? '';
    number();
  };
  const number = () => rules.replaceChildren(...dtab.value.split(/;|\n/).map((rule) => rule.trim()).filter(Boolean)
    .reverse().map((rule) => element('li', {}, code(rule))));
  const ask = async () => {
    history.replaceState(null, '', `#${path.value}`);
    const found = await explanation({ namespace: namespace.value, path: path.value, dtab: dtab.value }, highlight);
    answer.replaceChildren(found);
  };
  const highlight = (rule) => rules.childNodes.forEach((li) => li.classList.toggle('used', rule !== null && same(li.textContent, rule)));
  namespace.addEventListener('change', reset);
  dtab.addEventListener('input', number);
  form.querySelector('.quiet').addEventListener('click', reset);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    ask();
  });
  addEventListener('hashchange', () => {
    path.value = decodeURIComponent(location.hash.slice(1));
    ask();
  });
  reset();
  await ask();
}

const same = (one, other) => one.replaceAll(/\s+/g, '') === other.replaceAll(/\s+/g, '');
