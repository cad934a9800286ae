/** One uPlot chart that is fed lines; zoom and cursor are shared with its siblings through its owner. */
import { h, setText, show } from "../shell/dom.js";
import { short } from "../shell/format.js";
import { ceiling } from "./chartlines.js";
import { legendEntries } from "./legend.js";
import { align, thin } from "./lines.js";
import { Tooltip } from "./tooltip.js";
import uPlot from "./vendor/uPlot.esm.js";

/** Points drawn of one line for each pixel of width: lowest and highest. The hover reads the full series. */
const POINTS_A_PIXEL = 2;
const HEIGHT = 270;
const SYNC = "plateseg-runs";
/** Sibling charts share the moving cursor; zooming goes through onZoom, so that it can be kept. */
const SHARED_EVENTS = new Set(["mousemove", "mouseleave"]);

/**
 * @typedef {import("./chartlines.js").DrawnLine} DrawnLine
 * @typedef {{from: number, to: number}} Window
 */
export class Chart {
  /**
   * @param {string} id "loss" or "iou"
   * @param {string} title
   * @param {{onZoom: (window: Window|null) => void, spikes: boolean}} options spikes: cut off, and told, on a linear scale
   */
  constructor(id, title, { onZoom, spikes }) {
    this.onZoom = onZoom;
    this.spikes = spikes;
    this.plot = null;
    this.shape = "";
    this.window = { from: 0, to: 1 };
    /** @type {DrawnLine[]} */
    this.lines = [];
    this.top = Infinity;
    this.legend = h("div.rc-legend", { testid: `legend-${id}` });
    this.cut = h("p.ps-muted.rc-cut", { testid: `chart-${id}-cut` });
    this.empty = h("p.rc-chart-empty", { testid: `chart-${id}-empty` });
    this.canvas = h("div.rc-canvas", {}, this.empty);
    this.tooltip = new Tooltip(id);
    const head = h("div.rc-chart-head", {}, h("h3", {}, title), this.legend);
    this.element = h("section.rc-chart", { testid: `chart-${id}` }, head, this.canvas, this.cut);
    new ResizeObserver(() => this.fit()).observe(this.canvas);
  }

  /**
   * Shows these lines. Only new colours, lines or scales build a new plot; new points are set into the present one.
   * @param {DrawnLine[]} lines
   * @param {{axis: "step"|"epoch", log: boolean, dark: boolean, window: Window, emptyText: string}} view
   */
  draw(lines, view) {
    this.lines = lines;
    this.window = view.window;
    this.axis = view.axis;
    this.element.dataset.points = String(lines.reduce((most, line) => Math.max(most, line.x.length), 0));
    this.element.dataset.from = String(view.window.from);
    this.element.dataset.to = String(view.window.to);
    this.empty.textContent = view.emptyText;
    this.empty.hidden = lines.length > 0;
    this.tellTop(view);
    const limit = POINTS_A_PIXEL * this.width();
    const data = align(lines.map((line) => thin(line, view.window, limit)));
    const shape = JSON.stringify([view.axis, view.log, view.dark, lines.map((l) => [l.key, l.stroke, l.dash, l.points])]);
    if (shape === this.shape && this.plot) this.plot.setData(data);
    else this.build(data, view, shape);
  }

  tellTop({ log, window }) {
    const { top, above } = this.spikes && !log ? ceiling(this.lines, window) : { top: Infinity, above: 0 };
    this.top = top;
    const points = above === 1 ? "1 validation lies" : `${above} validations lie`;
    setText(this.cut, `${points} above this chart. Log scale shows all.`);
    show(this.cut, above > 0);
  }

  build(data, view, shape) {
    this.plot?.destroy();
    this.plot = null;
    this.shape = shape;
    this.fillLegend();
    if (this.lines.length === 0) return;
    this.plot = new uPlot(this.options(view), data, this.canvas);
    this.tooltip.attach(this.plot.over);
  }

  options(view) {
    const style = getComputedStyle(this.canvas);
    const text = style.getPropertyValue("--ps-muted") || "#777";
    const grid = { stroke: style.getPropertyValue("--ps-faint") || "#8882", width: 1 };
    const font = `11px ${style.fontFamily}`;
    const axis = { stroke: style.color || text, grid, ticks: { ...grid, size: 4 }, font, gap: 4 };
    return {
      width: this.width(),
      height: HEIGHT,
      padding: [10, 24, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: false, range: () => [this.window.from, this.window.to] },
        y: view.log ? { distr: 3 } : { range: (_plot, low, high) => paddedRange(low, high, this.top) },
      },
      axes: [
        { ...axis, size: 34, label: view.axis === "epoch" ? "epoch" : "step", labelSize: 14, labelFont: font },
        { ...axis, size: 52, values: (_plot, ticks) => ticks.map((tick) => (tick === null ? "" : short(tick))) },
      ],
      series: [{}, ...this.lines.map(seriesOf)],
      cursor: this.cursor(),
      hooks: { setSelect: [(plot) => this.zoom(plot)], setCursor: [(plot) => this.hover(plot)] },
    };
  }

  cursor() {
    return {
      drag: { x: true, y: false, setScale: false, dist: 5 },
      hover: { skip: [null, undefined] },
      points: { size: 6 },
      bind: { dblclick: () => () => this.onZoom(null) },
      sync: {
        key: SYNC,
        scales: ["x", null],
        setSeries: false,
        filters: { pub: (type) => SHARED_EVENTS.has(type), sub: (type) => SHARED_EVENTS.has(type) },
      },
    };
  }

  zoom(plot) {
    const { left, width } = plot.select;
    if (width < 5) return;
    const window = { from: plot.posToVal(left, "x"), to: plot.posToVal(left + width, "x") };
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.onZoom(window);
  }

  hover(plot) {
    const { left, top } = plot.cursor;
    if (left === undefined || left === null || left < 0) return this.tooltip.hide();
    return this.tooltip.show(this.lines, { at: plot.posToVal(left, "x"), axis: this.axis, left, top });
  }

  fillLegend() {
    this.legend.replaceChildren(...legendEntries(this.lines));
  }

  fit() {
    if (this.plot && this.canvas.clientWidth > 0) this.plot.setSize({ width: this.width(), height: HEIGHT });
  }

  width() {
    return Math.max(200, this.canvas.clientWidth);
  }
}

function seriesOf(line) {
  return {
    label: line.key,
    stroke: line.stroke,
    width: line.width,
    dash: line.dash.length ? line.dash : undefined,
    spanGaps: true,
    points: { show: line.points, size: 5, width: 1.25, stroke: line.stroke, fill: line.stroke },
  };
}

/** Room above and below the data; a flat line stands in the middle. top: what is higher may be cut off. */
function paddedRange(low, highest, top) {
  if (low === null || highest === null) return [0, 1];
  const high = Math.min(highest, top);
  const room = (high - low || Math.abs(high) || 1) * 0.06;
  const floor = low >= 0 ? Math.max(0, low - room) : low - room;
  return [floor, high + room];
}
