// What is in force, with where each substituted value came from; secrets are masked.
import { element, note } from './dom.js';

export default async function configuration(main) {
  const text = await (await fetch('config.yaml')).text();
  main.replaceChildren(element('h1', {}, 'Configuration'),
    element('p', {}, note('As in force: substituted values with their origin, secrets masked. '), element('a', { href: 'config.json' }, 'as JSON')),
    element('pre', { class: 'card yaml' }, ...text.split('\n').flatMap((line) => highlighted(line))));
}

function highlighted(line) {
  const at = line.indexOf(' # ');
  const [rest, comment] = at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at)];
  const key = /^(\s*(?:- )?)([^\s:#'"]+:)(.*)$/.exec(rest);
  return [...(key ? [key[1], element('b', {}, key[2]), key[3]] : [rest]), ...(comment ? [element('span', { class: 'origin' }, comment)] : []), '\n'];
}
