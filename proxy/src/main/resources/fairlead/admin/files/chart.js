// Small line charts in SVG. A point that is null breaks the line.
import { drawing, element } from './dom.js';

const known = (points) => points.filter((p) => p !== null && p !== undefined);

/** The path of one line in a box; `most` is its top. */
function path(points, width, height, most) {
  const step = width / Math.max(1, points.length - 1);
  let pen = 'M';
  let d = '';
  points.forEach((p, i) => {
    if (p === null || p === undefined) {
      pen = 'M';
      return;
    }
    d += `${pen}${(i * step).toFixed(1)} ${(height - 1 - (p / most) * (height - 2)).toFixed(1)}`;
    pen = 'L';
  });
  return d;
}

/** Lines over each other on one scale, as small as a word; `label` says it to those who do not see it. */
export function sparkline(label, ...lines) {
  const most = Math.max(1e-9, ...lines.flatMap((line) => known(line.points)));
  return drawing('svg', { class: 'spark', viewBox: '0 0 120 24', preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
    drawing('title', {}, label),
    ...lines.map((line) => drawing('path', { class: line.class, d: path(line.points, 120, 24, most), 'vector-effect': 'non-scaling-stroke' })));
}

/** A chart with a scale: one line for each of `series` ({name, points}), at most eight that are told apart by colour. */
export function chart(title, unit, series, minutes) {
  const most = Math.max(1e-9, ...series.flatMap((s) => known(s.points)));
  const shown = series.slice(0, 8);
  return element('figure', {},
    element('figcaption', {}, title, ' ', element('span', { class: 'note' }, `up to ${most < 10 ? most.toFixed(1) : Math.round(most)} ${unit}`)),
    drawing('svg', { class: 'chart', viewBox: '0 0 600 120', preserveAspectRatio: 'none', role: 'img', 'aria-label': title },
      ...[0.25, 0.5, 0.75].map((y) => drawing('path', { class: 'grid', d: `M0 ${120 * y}H600`, 'vector-effect': 'non-scaling-stroke' })),
      ...shown.map((s, i) => drawing('path', { class: `line${i}`, d: path(s.points, 600, 120, most), 'vector-effect': 'non-scaling-stroke' }, drawing('title', {}, s.name)))),
    element('div', { class: 'axis note' }, element('span', {}, `${minutes} min ago`), element('span', {}, 'now')),
    element('div', { class: 'legend' }, ...shown.map((s, i) => element('span', {}, element('i', { class: `swatch line${i}` }), s.name)),
      ...(series.length > shown.length ? [element('span', { class: 'note' }, `and ${series.length - shown.length} more`)] : [])));
}

/** How full something is: 0 to 1. */
export function bar(label, share, state) {
  const width = Math.max(0, Math.min(1, share)) * 100;
  return drawing('svg', { class: `bar ${state}`, viewBox: '0 0 100 6', preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
    drawing('rect', { class: 'whole', width: 100, height: 6 }), drawing('rect', { class: 'part', width, height: 6 }));
}
