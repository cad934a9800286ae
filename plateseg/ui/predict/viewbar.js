/** Above the photograph: which of the four views, the legend of the heat map, and back to the whole photograph. */
import { h, show } from "../shell/dom.js";
import { heatGradient } from "./threshold.js";

const VIEWS = { overlay: "Overlay", mask: "Mask", probability: "Probability", original: "Original" };

export class ViewBar {
  /** @param {{onView: (view: import("./stage.js").View) => void, onFit: () => void}} handlers */
  constructor({ onView, onFit }) {
    this.buttons = Object.entries(VIEWS).map(([view, label]) =>
      h("button.ps-chip", { testid: `view-${view}`, data: { view }, onclick: () => onView(view) }, label),
    );
    this.fit = h("button.ps-button.small", { testid: "view-fit", onclick: onFit }, "Whole photograph");
    this.mark = h("i", {});
    const scale = h("span.pr-heat", { style: { background: heatGradient() } }, this.mark);
    this.legend = h("span.pr-legend.ps-muted", {}, "0", scale, "1");
    this.hint = h("span.ps-muted.pr-hint", {}, "Wheel zooms, drag moves");
    const group = h("div.pr-chips", { role: "group", "aria-label": "View" }, ...this.buttons);
    this.element = h("div.pr-viewbar", {}, group, this.legend, h("span.pr-gap"), this.hint, this.fit);
    this.setFitted(true);
  }

  /** @param {import("./stage.js").View} view @param {number} threshold */
  draw(view, threshold) {
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(button.dataset.view === view));
    show(this.legend, view === "probability");
    this.mark.style.left = `${threshold * 100}%`;
  }

  setFitted(fitted) {
    show(this.fit, !fitted);
    show(this.hint, fitted);
  }
}
