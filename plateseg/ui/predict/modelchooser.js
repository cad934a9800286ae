/** Which model predicts. */
import { h } from "../shell/dom.js";
import { fetchModels } from "./client.js";
import { modelLabel } from "./words.js";

export class ModelChooser {
  /** @param {{onChoose: () => void, onKnown: () => void}} handlers onKnown: after the list was asked for, well or not */
  constructor({ onChoose, onKnown }) {
    this.onKnown = onKnown;
    /** @type {{id: string, name: string, champion: boolean, best_iou: number|null}[]|null} null while not known */
    this.models = null;
    this.error = "";
    this.select = /** @type {HTMLSelectElement} */ (h("select.ps-input", { testid: "model" }));
    this.select.addEventListener("change", onChoose);
    this.element = h("label.pr-model", {}, h("span.ps-muted", {}, "Model"), this.select);
  }

  /** @returns {string} what the routes take */
  get value() {
    return this.select.value || "champion";
  }

  /** @returns {boolean} whether it is certain that there is nothing to predict with */
  get none() {
    return this.models !== null && this.models.length === 0;
  }

  async refresh() {
    try {
      this.models = await fetchModels();
      this.error = "";
      this.fill();
    } catch (error) {
      this.error = error.message;
    }
    this.onKnown();
  }

  fill() {
    const before = this.select.value;
    // The champion goes by that word, so that a better one is used without choosing again.
    const options = this.models.map((model) => h("option", { value: model.champion ? "champion" : model.id }, modelLabel(model)));
    this.select.replaceChildren(...options);
    if (options.some((option) => option.value === before)) this.select.value = before;
    this.select.disabled = options.length === 0;
  }
}
