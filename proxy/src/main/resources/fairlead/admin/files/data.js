// What the JSON pages say, asked again and again.
const status = () => document.getElementById('state');

export async function json(page, options) {
  const response = await fetch(page, options);
  if (!response.ok) throw new Error(`${page}: ${response.status} ${(await response.text()).slice(0, 300)}`);
  return response.json();
}

/**
 * Calls `ask` now and every `everyMs`, but not while the page is hidden, and never so often that the answers cost the
 * proxy more than a fiftieth of a processor.
 */
export function poll(ask, everyMs) {
  let timer;
  const turn = async () => {
    const begun = performance.now();
    try {
      await ask();
      status().textContent = '';
    } catch (error) {
      status().textContent = `no answer (${error.message}); trying again`;
    }
    const took = performance.now() - begun;
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(turn, Math.max(everyMs, 50 * (took - 20)));
  };
  addEventListener('visibilitychange', () => (document.hidden ? clearTimeout(timer) : turn()));
  return turn();
}

/** The number at this place of overview.json or services.json; 0 when it is not there. */
export const value = (node, ...path) => path.reduce((at, name) => at?.[name], node) ?? 0;

export const children = (node) => Object.entries(node ?? {}).filter(([, child]) => typeof child === 'object');
/** A figure; NaN is one that is not known yet. */
export const number = (n) => (Number.isNaN(n) ? '…' : n.toLocaleString('en', { maximumFractionDigits: 1 }));

/** What grew by how much a second between two answers; NaN where there is no earlier one. */
export function rates(now, earlier) {
  const seconds = earlier ? Math.max(0.2, (now.atMs - earlier.atMs) / 1000) : NaN;
  return (...path) => Math.max(0, (value(now, ...path) - value(earlier, ...path)) / seconds);
}

/** Milliseconds in words: 90 s, 12 min, 3 h. */
export function duration(ms) {
  const s = Math.floor(ms / 1000);
  return s < 120 ? `${s} s` : s < 7200 ? `${Math.floor(s / 60)} min` : s < 172800 ? `${Math.floor(s / 3600)} h` : `${Math.floor(s / 86400)} days`;
}

/** The label, configured dtab and allowance of retries of each router. */
export async function routers() {
  const config = await json('config.json');
  return (config.routers ?? []).map((r) => ({
    label: r.label ?? r.protocol,
    dtab: String(r.dtab ?? ''),
    retryPercent: (r.service?.retries?.budget?.percentCanRetry ?? 0.2) * 100,
  }));
}
