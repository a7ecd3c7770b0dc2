const SVG = 'http://www.w3.org/2000/svg';

/** An element with attributes and children; strings become text, never markup. */
export function element(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same of SVG. */
export function drawing(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(made, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false && value !== undefined) made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.map((child) => (child instanceof Node ? child : String(child))));
  return made;
}

/** A table whose rows become cards where the page is narrow; empty without rows. */
export function table(heads, rows) {
  const head = element('tr', {}, ...heads.map((text) => element('th', { scope: 'col' }, text)));
  const body = rows.map((row) => element('tr', {},
    ...row.map((cell, i) => element('td', { 'data-label': heads[i] }, cell))));
  return element('div', { class: 'scroll' },
    element('table', {}, element('thead', {}, head), element('tbody', {}, ...body)));
}

export const code = (text) => element('code', {}, text);
export const note = (text) => element('span', { class: 'note' }, text);
