/** The plates found, a row each; pointing at a row lights the plate. */
import { count, ratio } from "../shell/format.js";
import { h, setText, show } from "../shell/dom.js";
import { found, size } from "./words.js";

/** @typedef {import("./session.js").Plate} Plate */

/** Rows shown; a threshold near zero breaks the noise into thousands of specks. */
const MOST = 50;

export class PlateTable {
  /** @param {{onHover: (index: number|null) => void, onOpen: (plate: Plate) => void}} handlers */
  constructor({ onHover, onOpen }) {
    this.onHover = onHover;
    this.onOpen = onOpen;
    /** @type {Plate[]|null} in the rows now */
    this.plates = null;
    this.caption = h("p.pr-found", { testid: "plates-found", role: "status" });
    this.rows = h("tbody");
    const heads = ["#", "Score", "Size, px", "Area, px"].map((text) => h("th", { scope: "col" }, text));
    this.table = h("table.pr-plates", {}, h("thead", {}, h("tr", {}, ...heads)), this.rows);
    this.rest = h("p.ps-muted");
    this.element = h("div.pr-table", {}, this.caption, h("div.pr-scroll", {}, this.table), this.rest);
  }

  /** @param {Plate[]} plates @param {number} threshold they were cut at */
  draw(plates, threshold) {
    // A row under the pointer stays the row it is.
    if (plates === this.plates) return;
    this.plates = plates;
    setText(this.caption, found(plates.length, threshold));
    show(this.table, plates.length > 0);
    this.rows.replaceChildren(...plates.slice(0, MOST).map((plate, index) => this.row(plate, index)));
    show(this.rest, plates.length > MOST);
    setText(this.rest, `and ${count(plates.length - MOST)} smaller ones`);
  }

  /** @param {boolean} stale whether the figures belong to a threshold that is no longer the slider's */
  setStale(stale) {
    this.element.classList.toggle("stale", stale);
  }

  /** @param {number|null} index */
  light(index) {
    [...this.rows.children].forEach((row, at) => row.classList.toggle("lit", at === index));
  }

  row(plate, index) {
    const [, , width, height] = plate.bbox;
    const cells = [String(index + 1), ratio(plate.score), size(width, height), count(plate.area)];
    const props = { testid: `plate-row-${index}`, tabIndex: 0, title: "Click to look at it closely" };
    const row = h("tr", props, ...cells.map((text) => h("td", {}, text)));
    const hover = (at) => () => this.onHover(at);
    for (const name of ["mouseenter", "focus"]) row.addEventListener(name, hover(index));
    for (const name of ["mouseleave", "blur"]) row.addEventListener(name, hover(null));
    row.addEventListener("click", () => this.onOpen(plate));
    row.addEventListener("keydown", (event) => event.key === "Enter" && this.onOpen(plate));
    return row;
  }
}
