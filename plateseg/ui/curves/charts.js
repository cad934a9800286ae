/** Both charts and their controls: axis, smoothing, log scale, zoom. */
import { h, setText, show } from "../shell/dom.js";
import { recall, remember } from "../shell/memory.js";
import { Chart } from "./chart.js";
import { CHARTS, linesOf } from "./chartlines.js";

const REMEMBERED = "plateseg.runs.view";

export class Charts {
  constructor() {
    /** @type {import("./chartlines.js").View} */
    this.view = rememberedView();
    /** @type {import("./chart.js").Window|null} */
    this.zoom = null;
    /** @type {import("./chartlines.js").Shown[]} */
    this.runs = [];
    this.loading = false;
    const onZoom = (window) => this.setZoom(window);
    this.charts = Object.entries(CHARTS).map(([id, { title, spikes }]) => ({ id, chart: new Chart(id, title, { onZoom, spikes }) }));
    this.element = h("div.rc-curves", {}, this.controls(), h("div.rc-charts", {}, ...this.charts.map((c) => c.chart.element)));
    new MutationObserver(() => this.redraw()).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  }

  /**
   * @param {import("./chartlines.js").Shown[]} runs
   * @param {boolean} loading whether points of one of them are still on their way
   */
  draw(runs, loading) {
    const same = runs.length === this.runs.length && runs.every((run, at) => run.id === this.runs[at].id);
    if (!same && runs[0]?.id !== this.runs[0]?.id) this.zoom = null;
    this.runs = runs;
    this.loading = loading;
    this.redraw();
  }

  redraw() {
    const dark = document.body.classList.contains("dark");
    const drawn = this.charts.map(({ id, chart }) => ({ chart, lines: linesOf(id, this.runs, this.view, dark) }));
    const window = this.zoom ?? extent(drawn.flatMap((each) => each.lines));
    const emptyText = this.loading ? "Loading the curve…" : "No points yet: the first come with the first steps.";
    for (const { chart, lines } of drawn) chart.draw(lines, { ...this.view, dark, window, emptyText });
    show(this.reset, this.zoom !== null);
  }

  setZoom(window) {
    this.zoom = window;
    this.redraw();
  }

  change(part) {
    if (part.axis && part.axis !== this.view.axis) this.zoom = null;
    this.view = { ...this.view, ...part };
    remember(REMEMBERED, this.view);
    this.redraw();
  }

  controls() {
    this.reset = h("button.ps-button.small", { testid: "zoom-reset", onclick: () => this.setZoom(null) }, "Reset zoom");
    this.reset.hidden = true;
    const hint = h("span.ps-muted.rc-hint", {}, "Drag to zoom, double-click to reset");
    return h("div.rc-controls", {}, this.axisSwitch(), this.smoothingSlider(), this.logSwitch(), this.reset, hint);
  }

  axisSwitch() {
    const buttons = ["step", "epoch"].map((axis) =>
      h("button.ps-chip", { testid: `axis-${axis}`, onclick: () => choose(axis) }, axis === "step" ? "Steps" : "Epochs"),
    );
    const mark = () => buttons.forEach((button, at) => button.setAttribute("aria-pressed", this.view.axis === ["step", "epoch"][at]));
    const choose = (axis) => {
      this.change({ axis });
      mark();
    };
    mark();
    return h("div.rc-control", { role: "group", "aria-label": "Horizontal axis" }, ...buttons);
  }

  smoothingSlider() {
    const value = h("output", { testid: "smoothing-value" });
    const slider = h("input", { type: "range", min: "0", max: "0.99", step: "0.01", testid: "smoothing" });
    slider.value = String(this.view.smoothing);
    const tell = () => setText(value, Number(slider.value).toFixed(2));
    slider.addEventListener("input", () => {
      tell();
      this.change({ smoothing: Number(slider.value) });
    });
    tell();
    return h("label.rc-control", {}, "Smoothing", slider, value);
  }

  logSwitch() {
    const box = h("input", { type: "checkbox", testid: "log-scale", checked: this.view.log });
    box.addEventListener("change", () => this.change({ log: box.checked }));
    return h("label.rc-control", {}, box, "Log scale");
  }
}

/** From zero to the last point of any line. */
function extent(lines) {
  const last = lines.reduce((most, { x }) => Math.max(most, x[x.length - 1]), 0);
  return { from: 0, to: last || 1 };
}

/** @returns {import("./chartlines.js").View} as the person left it, where that still makes sense */
function rememberedView() {
  const { axis, smoothing, log } = recall(REMEMBERED) ?? {};
  return {
    axis: axis === "epoch" ? "epoch" : "step",
    smoothing: smoothing >= 0 && smoothing <= 0.99 ? smoothing : 0.9,
    log: log === true,
  };
}
