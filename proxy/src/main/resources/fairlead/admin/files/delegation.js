// Asks /delegator.json and draws the tree that comes back.
import { element } from './dom.js';

const LABELS = {
  delegate: 'Possible Resolution Path',
  alt: 'Several Possible Resolution Paths',
  union: 'Several Simultaneous Resolution Paths',
  transformation: 'Transformation',
  leaf: 'Bound Path',
  neg: 'No Further Branch Matches',
  fail: 'Explicit Failure',
  empty: 'Explicitly Empty',
  exception: 'Exception',
};

/** `highlight` is told the rule under the pointer or the focus, or null. */
export async function explanation(question, highlight = () => {}) {
  const response = await fetch('delegator.json', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(question),
  });
  if (!response.ok) return element('p', { class: 'bad' }, `${response.status}: ${await response.text()}`);
  return draw(await response.json(), highlight);
}

/** What routing would use: a leaf, or what leads to one; an alternative ends at the first that does not say no. */
function isLive(node) {
  switch (node.type) {
    case 'leaf': return true;
    case 'delegate': return isLive(node.delegate);
    case 'transformation': return true;
    case 'alt': return taken(node) >= 0 && isLive(node.alt[taken(node)]);
    case 'union': return node.union.some((part) => isLive(part.tree));
    default: return false;
  }
}

function isNeg(node) {
  switch (node.type) {
    case 'neg': return true;
    case 'delegate': return isNeg(node.delegate);
    case 'alt': return node.alt.every(isNeg);
    case 'union': return node.union.every((part) => isNeg(part.tree));
    default: return false;
  }
}

const taken = (node) => node.alt.findIndex((child) => !isNeg(child));

function draw(node, highlight, onPath = true) {
  const live = onPath && isLive(node);
  const rule = node.dentry ? ` ${node.dentry.prefix} => ${node.dentry.dst}` : '';
  return element('div', { class: `node ${live ? 'live' : 'dead'}` },
    element('div', {}, element('code', {}, node.path), ' ', element('span', { class: 'note' },
      `${LABELS[node.type] ?? node.type}${node.message ?? node.name ? `: ${node.message ?? node.name}` : ''}`)),
    ...(rule ? [ruleOf(rule, highlight)] : []),
    ...(node.bound ? [element('div', {}, element('code', {}, addresses(node.bound)))] : []),
    ...below(node, highlight, live));
}

function ruleOf(rule, highlight) {
  const shown = element('div', { class: 'note', tabindex: 0 }, element('code', {}, rule));
  for (const on of ['pointerenter', 'focus']) shown.addEventListener(on, () => highlight(rule));
  for (const off of ['pointerleave', 'blur']) shown.addEventListener(off, () => highlight(null));
  return shown;
}

function below(node, highlight, live) {
  switch (node.type) {
    case 'delegate': return [draw(node.delegate, highlight, live)];
    case 'alt': return node.alt.map((child, i) => draw(child, highlight, live && i === taken(node)));
    case 'union': return node.union.flatMap((part) => [element('div', { class: 'note' }, `weight ${part.weight}`), draw(part.tree, highlight, live)]);
    case 'transformation': return [draw(node.tree, highlight, live)];
    default: return [];
  }
}

function addresses(bound) {
  const { type, addrs, cause } = bound.addr;
  return type === 'bound' ? addrs.map((a) => `${a.ip}:${a.port}`).join('  ') || 'no address' : cause ?? type;
}
