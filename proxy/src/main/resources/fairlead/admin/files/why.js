// What this proxy would do with a request: `fairlead explain --live` for a pasted URL or curl line.
import { json, routers } from './data.js';
import { element, note } from './dom.js';

export default async function why(main) {
  const all = await routers().catch(() => []);
  const line = element('textarea', { name: 'line', rows: 3, required: true, spellcheck: 'false' });
  line.value = location.hash.length > 1 ? decodeURIComponent(location.hash.slice(1)) : 'http://web/';
  const router = element('select', { name: 'router' }, element('option', { value: '' }, 'the first that would take it'),
    ...all.map((r) => element('option', { value: r.label }, r.label)));
  const answer = element('div', { role: 'status' });
  const form = element('form', { class: 'card' },
    element('label', {}, 'A URL, or a line for curl ', line), element('label', {}, 'Router ', router),
    element('button', {}, 'Explain'));
  main.replaceChildren(element('h1', {}, 'Why does a request go where it goes?'), form, answer);
  const ask = async () => {
    history.replaceState(null, '', `#${encodeURIComponent(line.value)}`);
    try {
      const request = parse(line.value);
      answer.replaceChildren(await explanation(request, router.value));
    } catch (error) {
      answer.replaceChildren(element('p', { class: 'bad' }, error.message));
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    ask();
  });
  if (location.hash.length > 1) await ask();
}

async function explanation(request, router) {
  const question = new URLSearchParams({ url: request.url, method: request.method });
  for (const header of request.headers) question.append('header', header);
  if (router) question.set('router', router);
  const text = await (await fetch(`explain?${question}`)).text();
  const found = await json(`explain.json?${question}`).catch(() => null);
  return element('div', { class: 'card' },
    element('p', {}, note(`${request.method} ${request.url}${request.headers.map((h) => ` · ${h}`).join('')}`)),
    element('pre', {}, text),
    ...(found ? [element('details', {}, element('summary', {}, 'as JSON'), element('pre', {}, JSON.stringify(found, null, 2)))] : []));
}

/** The words of a line as a shell reads them: quotes and backslashes, nothing else. */
export function words(line) {
  const found = [];
  let word = null;
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const c = line[i];
    if (quote === "'" ? c !== "'" : quote === '"' && c !== '"') {
      if (quote === '"' && c === '\\' && '"\\$`'.includes(line[i + 1])) word += line[++i];
      else word += c;
    } else if (c === quote) {
      quote = '';
    } else if (c === "'" || c === '"') {
      quote = c;
      word ??= '';
    } else if (c === '\\' && i + 1 < line.length) {
      if (line[++i] !== '\n') word = (word ?? '') + line[i];
    } else if (/\s/.test(c)) {
      if (word !== null) found.push(word);
      word = null;
    } else {
      word = (word ?? '') + c;
    }
  }
  if (quote) throw new Error(`the quote ${quote} is not closed`);
  if (word !== null) found.push(word);
  return found;
}

/** Options of curl that take a value and say nothing of where a request goes. */
const VALUED = new Set(['-o', '--output', '-w', '--write-out', '-m', '--max-time', '--connect-timeout', '--cacert', '--cert', '-E', '--key',
  '--retry', '-u', '--user', '-c', '--cookie-jar', '--resolve', '--connect-to', '-x', '--proxy', '-F', '--form', '-T', '--upload-file']);

/** The request of a URL or a curl line: {method, url, headers}. */
export function parse(line) {
  const [first, ...rest] = words(line.trim());
  if (first === undefined) throw new Error('nothing to explain: paste a URL or a line for curl');
  if (first !== 'curl') return { method: 'GET', url: withScheme(first), headers: [] };
  const request = { method: null, url: null, headers: [] };
  let body = false;
  for (let i = 0; i < rest.length; i++) {
    const [option, joined] = split(rest[i]);
    const next = () => joined ?? rest[++i] ?? '';
    if (option === '-X' || option === '--request') request.method = next();
    else if (option === '-H' || option === '--header') request.headers.push(next());
    else if (option === '-A' || option === '--user-agent') request.headers.push(`User-Agent: ${next()}`);
    else if (option === '-b' || option === '--cookie') request.headers.push(`Cookie: ${next()}`);
    else if (option === '-d' || option.startsWith('--data') || option === '--json') body = next() !== undefined;
    else if (option === '-I' || option === '--head') request.method ??= 'HEAD';
    else if (option === '--url') request.url = next();
    else if (VALUED.has(option)) next();
    else if (!option.startsWith('-')) request.url = option;
  }
  if (request.url === null) throw new Error('the line has no URL');
  return { method: request.method ?? (body ? 'POST' : 'GET'), url: withScheme(request.url), headers: request.headers };
}

/** --header=x and -Xx: the value stands with the option. */
function split(word) {
  if (/^--[a-z-]+=/.test(word)) return [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)];
  return /^-[XHAbd]./.test(word) ? [word.slice(0, 2), word.slice(2)] : [word, undefined];
}

const withScheme = (url) => (/^[a-z]+:\/\//i.test(url) ? url : `http://${url}`);
