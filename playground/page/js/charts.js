/** Charts as SVG, with a legend and all figures as a table for who cannot see them. */

import { word } from "./block_words.js";
import { el, replace, svg } from "./dom.js";

const HEIGHT = 240;
const WIDEST = 640;
const MARGIN = { top: 12, right: 12, bottom: 26, left: 52 };
const CHARACTER = 6.6;
const PIE_SIZE = 200;

/** Return a chart with its title; it is drawn as wide as its place is. */
export function renderChart({ title, chart }, surface) {
  const number = new Intl.NumberFormat(surface.locale);
  const short = new Intl.NumberFormat(surface.locale, { notation: "compact", maximumFractionDigits: 1 });
  const picture = el("div", { class: "chart-picture" });
  const draw = (width) =>
    chart.type === "pie" ? pie(chart.segments, number) : axes(chart, width, { number, short });
  let drawn = 0;
  const drawAt = (width) => {
    if (width === drawn || width === 0) return;
    drawn = width;
    const label = `${title}, ${word(`block.${chart.type}`)}`;
    replace(picture, svgPicture(label, chart.type === "pie" ? PIE_SIZE : width, chart.type === "pie" ? PIE_SIZE : HEIGHT, draw(width)));
  };
  drawAt(WIDEST);
  new ResizeObserver(([entry]) => drawAt(Math.min(WIDEST, Math.floor(entry.contentRect.width)))).observe(picture);
  const names = chart.type === "pie"
    ? chart.segments.map(({ label, value }) => `${label} · ${number.format(value)}${share(chart.segments, value, surface)}`)
    : chart.series.map(({ name }) => name);
  return el(
    "figure",
    { class: `chart is-${chart.type}` },
    el("figcaption", { class: "chart-title" }, title),
    el("div", { class: "chart-row" }, picture, legend(names)),
    figures(title, chart, number),
  );
}

function svgPicture(label, width, height, ...content) {
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label }, ...content);
}

function legend(names) {
  return el(
    "ul",
    { class: "chart-legend" },
    names.map((name, n) => el("li", {}, el("span", { class: `chart-swatch series-${n % 12}`, "aria-hidden": "true" }), name)),
  );
}

function share(segments, value, surface) {
  const sum = segments.reduce((total, segment) => total + segment.value, 0);
  const percent = new Intl.NumberFormat(surface.locale, { style: "percent" });
  return sum > 0 ? ` (${percent.format(value / sum)})` : "";
}

function figures(title, chart, number) {
  const cell = (tag, text, scope) => el(tag, { scope }, text);
  const series = chart.series ?? [{ name: title, data: chart.segments }];
  const labels = chart.axis_config?.categories ?? chart.segments.map(({ label }) => label);
  return el(
    "table",
    { class: "visually-hidden" },
    el("caption", {}, title),
    el("thead", {}, el("tr", {}, cell("th", chart.axis_config?.x_label ?? "", "col"), series.map(({ name }) => cell("th", name, "col")))),
    el("tbody", {}, labels.map((label, n) =>
      el("tr", {}, cell("th", label, "row"), series.map(({ data }) => cell("td", number.format(chart.segments ? data[n].value : valueAt(data, label))))))),
  );
}

function valueAt(data, label) {
  return data.find((point) => point.label === label)?.value ?? 0;
}

function axes(chart, width, { number, short }) {
  const { categories, x_label: xLabel, y_label: yLabel } = chart.axis_config;
  const values = chart.series.map(({ data }) => categories.map((label) => valueAt(data, label)));
  const steps = niceSteps(Math.min(0, ...values.flat()), Math.max(0, ...values.flat()));
  const [low, high] = [steps[0], steps.at(-1)];
  const top = MARGIN.top + (yLabel ? 16 : 0);
  const bottom = HEIGHT - MARGIN.bottom - (xLabel ? 18 : 0);
  const inner = width - MARGIN.left - MARGIN.right;
  const y = (value) => bottom - ((value - low) / (high - low)) * (bottom - top);
  const band = inner / categories.length;
  const x = (n) => MARGIN.left + band * (n + 0.5);
  const longest = Math.max(...categories.map((label) => label.length)) * CHARACTER + 8;
  const every = Math.max(1, Math.ceil(longest / band));
  const plot = chart.type === "bar" ? bars : curves;
  const text = (at, words, attributes) => svg("text", { ...at, ...attributes }, words);
  return [
    steps.map((step) => [
      svg("line", { class: step === 0 ? "chart-zero" : "chart-grid", x1: MARGIN.left, x2: width - MARGIN.right, y1: y(step), y2: y(step) }),
      text({ x: MARGIN.left - 8, y: y(step) + 4 }, short.format(step), { "text-anchor": "end" }),
    ]),
    categories.map((label, n) => (n % every ? null : text({ x: x(n), y: bottom + 18 }, label, { "text-anchor": "middle" }))),
    xLabel && text({ x: MARGIN.left + inner / 2, y: HEIGHT - 6 }, xLabel, { "text-anchor": "middle", class: "chart-axis" }),
    yLabel && text({ x: 4, y: 12 }, yLabel, { class: "chart-axis" }),
    plot({ chart, values, x, y, band, number }),
  ];
}

function hint(chart, s, n, value, number) {
  return svg("title", {}, `${chart.series[s].name}, ${chart.axis_config.categories[n]}: ${number.format(value)}`);
}

function bars({ chart, values, x, y, band, number }) {
  const room = band * 0.7;
  const thick = Math.min(room / values.length, 48);
  return values.map((row, s) =>
    row.map((value, n) =>
      svg("rect", {
        class: `series-${s % 12}`,
        x: x(n) - (thick * values.length) / 2 + s * thick,
        y: Math.min(y(value), y(0)),
        width: Math.max(1, thick - 2),
        height: Math.abs(y(value) - y(0)),
        rx: 2,
      }, hint(chart, s, n, value, number))));
}

function curves({ chart, values, x, y, number }) {
  return values.map((row, s) => {
    const points = row.map((value, n) => `${x(n)},${y(value)}`).join(" ");
    const ground = `${x(row.length - 1)},${y(0)} ${x(0)},${y(0)}`;
    return [
      chart.type === "area" ? svg("polygon", { class: `series-${s % 12} chart-area`, points: `${points} ${ground}` }) : null,
      svg("polyline", { class: `series-${s % 12} chart-line`, points }),
      row.map((value, n) =>
        svg("circle", { class: `series-${s % 12}`, cx: x(n), cy: y(value), r: 3.5 }, hint(chart, s, n, value, number))),
    ];
  });
}

function pie(segments, number) {
  const sum = segments.reduce((total, { value }) => total + Math.max(0, value), 0);
  const middle = PIE_SIZE / 2;
  const radius = middle - 4;
  let turned = -Math.PI / 2;
  return segments.map(({ label, value }, n) => {
    const part = sum > 0 ? Math.max(0, value) / sum : 0;
    const from = turned;
    turned += part * 2 * Math.PI;
    const at = (angle) => `${middle + radius * Math.cos(angle)} ${middle + radius * Math.sin(angle)}`;
    const attributes = { class: `series-${n % 12} chart-slice` };
    const words = svg("title", {}, `${label}: ${number.format(value)}`);
    // An arc that ends where it starts is no circle but nothing.
    if (part > 0.9999) return svg("circle", { ...attributes, cx: middle, cy: middle, r: radius }, words);
    const path = `M ${middle} ${middle} L ${at(from)} A ${radius} ${radius} 0 ${part > 0.5 ? 1 : 0} 1 ${at(turned)} Z`;
    return part === 0 ? null : svg("path", { ...attributes, d: path }, words);
  });
}

/** Round numbers from below the lowest value to above the highest, about five of them. */
function niceSteps(low, high) {
  const span = high - low || 1;
  const raw = span / 4;
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * size).find((candidate) => candidate >= raw);
  const first = Math.floor(low / step);
  const last = Math.max(first + 1, Math.ceil(high / step));
  return Array.from({ length: last - first + 1 }, (_, n) => (first + n) * step);
}
