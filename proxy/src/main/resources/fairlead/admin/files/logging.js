// How much each logger says; a click changes it until the next start.
import { json } from './data.js';
import { code, element, table } from './dom.js';

const LEVELS = ['OFF', 'FATAL', 'CRITICAL', 'ERROR', 'WARNING', 'INFO', 'DEBUG', 'TRACE', 'ALL'];

export default async function logging(main) {
  const list = element('div', {});
  const told = element('p', { class: 'bad', role: 'status' });
  main.replaceChildren(element('h1', {}, 'Logging'), told, list);
  const set = async (logger, level) => {
    const response = await fetch('logging.json', {
      method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ logger, level }),
    });
    told.textContent = response.ok ? '' : `not changed: ${response.status} ${await response.text()}`;
    await draw();
  };
  const draw = async () => {
    const loggers = await json('logging.json');
    list.replaceChildren(table(['logger', 'level'], loggers.map(({ logger, level }) => [code(logger),
      element('div', { class: 'levels' }, ...LEVELS.map((each) => {
        const button = element('button', { type: 'button', 'aria-pressed': String(each === level), class: each === level ? '' : 'quiet' }, each);
        button.addEventListener('click', () => set(logger, each));
        return button;
      }))])));
  };
  await draw();
}
