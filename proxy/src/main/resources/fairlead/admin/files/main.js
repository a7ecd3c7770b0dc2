// Picks the view by the last part of the path. All links are relative, so a proxy may move the pages.
import { element } from './dom.js';

const VIEWS = [
  ['.', 'overview', 'Overview'],
  ['services', 'services', 'Services'],
  ['endpoints', 'endpoints', 'Endpoints'],
  ['discovery', 'discovery', 'Discovery'],
  ['delegator', 'delegator', 'Dtab'],
  ['why', 'why', 'Why'],
  ['recent', 'recent', 'Recent'],
  ['configuration', 'configuration', 'Configuration'],
  ['logging', 'logging', 'Logging'],
  ['help', 'help', 'Help'],
];

const here = location.pathname.split('/').pop() || '.';
const [, view, title] = VIEWS.find(([path]) => path === here) ?? VIEWS[0];

document.title = view === 'overview' ? 'Fairlead' : `${title} · Fairlead`;
document.querySelector('nav').append(...VIEWS.map(([path, name, text], i) => element('a', {
  href: path, title: `key ${(i + 1) % 10}`, 'aria-current': name === view && 'page',
}, text)));

/** 1 to 0: the pages in their order; / the first field; ? the help. */
addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches('input, textarea, select')) return;
  const page = VIEWS[event.key === '0' ? 9 : Number(event.key) - 1];
  if (page) location.assign(page[0]);
  else if (event.key === '?') location.assign('help');
  else if (event.key === '/') {
    const field = document.querySelector('main input, main textarea');
    if (field) {
      event.preventDefault();
      field.focus();
    }
  }
});

const main = document.getElementById('view');
const { default: draw } = await import(`./${view}.js`);
await draw(main);
