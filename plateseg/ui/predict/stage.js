/** The photograph with what the model saw in it: four views, zoom, plates outlined. */
import { inside } from "../editor/quad.js";
import { fitView, holdView, panBy, toImage, zoomAt } from "../editor/viewport.js";
import { h } from "../shell/dom.js";
import { Levels } from "./levels.js";
import { outline } from "./outline.js";
import { cutTable, heatTable, pack } from "./threshold.js";
import { Tint } from "./tint.js";
import { closeUp, visibleWindow } from "./window.js";

/** @typedef {"overlay"|"mask"|"probability"|"original"} View */
/** @typedef {import("./session.js").Plate} Plate */

const HEAT = heatTable();
const BLACK_AND_WHITE = { below: pack([0, 0, 0]), above: pack([255, 255, 255]) };
/** Clear around the photograph, client pixels. */
const MARGIN = 0;
const OVERLAY_ALPHA = 120;

export class Stage {
  /** @param {{onHover: (index: number|null) => void, onZoom: (fitted: boolean) => void}} handlers */
  constructor({ onHover, onZoom }) {
    this.onHover = onHover;
    this.onZoom = onZoom;
    this.canvas = /** @type {HTMLCanvasElement} */ (h("canvas.pr-canvas", { testid: "predict-canvas" }));
    this.context = this.canvas.getContext("2d");
    this.element = h("div.pr-stage", {}, this.canvas);
    this.tint = new Tint();
    /** @type {{photo: Levels, probability: Levels}|null} */
    this.pictures = null;
    /** @type {View} */
    this.view = "overlay";
    this.threshold = 0.5;
    /** @type {Plate[]} */
    this.plates = [];
    this.lit = /** @type {number|null} */ (null);
    this.fitted = true;
    this.place = { scale: 1, x: 0, y: 0 };
    this.room = { width: 0, height: 0 };
    this.frame = 0;
    new ResizeObserver(() => this.resize()).observe(this.element);
    new MutationObserver(() => this.redraw()).observe(document.body, { attributes: true, attributeFilter: ["class"] });
    this.listen();
  }

  /** @param {Levels} photo @param {Levels} probability of the same size; both belong to the stage from here on */
  open(photo, probability) {
    this.clear();
    this.pictures = { photo, probability };
    this.element.style.setProperty("--pr-ratio", String(photo.width / photo.height));
    this.resize();
  }

  clear() {
    this.pictures?.photo.close();
    this.pictures?.probability.close();
    this.pictures = null;
    this.tint.forget();
    this.plates = [];
    this.lit = null;
    this.setFitted(true);
    this.redraw();
  }

  /** @param {Partial<Pick<Stage, "view"|"threshold"|"plates"|"lit">>} change */
  set(change) {
    Object.assign(this, change);
    this.redraw();
  }

  fit() {
    this.setFitted(true);
    this.resize();
  }

  /** @param {Plate} plate */
  closeUp(plate) {
    this.place = closeUp(plate.bbox, this.room);
    this.setFitted(false);
    this.redraw();
  }

  setFitted(fitted) {
    if (fitted === this.fitted) return;
    this.fitted = fitted;
    this.canvas.classList.toggle("movable", !fitted);
    this.onZoom(fitted);
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (!width || !height) return;
    const held = this.pictures && !this.fitted ? toImage(this.place, middle(this.room)) : null;
    this.room = { width, height };
    this.canvas.width = Math.round(width * devicePixelRatio);
    this.canvas.height = Math.round(height * devicePixelRatio);
    if (this.pictures && this.fitted) this.place = fitView(this.pictures.photo, this.room, MARGIN);
    if (held) {
      const { scale } = this.place;
      this.place = { scale, x: width / 2 - held.x * scale, y: height / 2 - held.y * scale };
    }
    this.draw();
  }

  redraw() {
    this.frame ||= requestAnimationFrame(() => this.draw());
  }

  draw() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const density = devicePixelRatio;
    this.context.setTransform(density, 0, 0, density, 0, 0);
    this.context.clearRect(0, 0, this.room.width, this.room.height);
    const window = this.pictures && visibleWindow(this.place, this.pictures.photo, this.room, density);
    if (!window) return;
    const { scale, x, y } = this.place;
    const target = { x: window.x * scale + x, y: window.y * scale + y, width: window.width * scale, height: window.height * scale };
    // From here on a pixel of the photograph is a square one can count; interpolating would invent an edge.
    this.context.imageSmoothingEnabled = scale * density < 2;
    if (this.view !== "mask") this.pictures.photo.draw(this.context, window, target);
    if (this.view !== "original") {
      const layer = this.tint.draw(this.pictures.probability, window, this.table());
      this.context.drawImage(layer, target.x, target.y, target.width, target.height);
    }
    this.outline(target);
  }

  /** Corners may lie outside the photograph; their lines do not. */
  outline({ x, y, width, height }) {
    this.context.save();
    this.context.beginPath();
    this.context.rect(x, y, width, height);
    this.context.clip();
    const only = this.view === "original";
    outline(this.context, this.plates, { view: this.place, lit: this.lit, colour: this.colour(), only });
    this.context.restore();
  }

  table() {
    if (this.view === "probability") return HEAT;
    if (this.view === "mask") return cutTable(this.threshold, BLACK_AND_WHITE);
    const [red, green, blue] = this.colour().match(/\w\w/g).map((pair) => parseInt(pair, 16));
    return cutTable(this.threshold, { below: 0, above: pack([red, green, blue], OVERLAY_ALPHA) });
  }

  /** @returns {string} the proposal colour of the theme as #rrggbb */
  colour() {
    const token = getComputedStyle(this.element).getPropertyValue("--ps-proposal").trim();
    return /^#[0-9a-f]{6}$/i.test(token) ? token : "#a855f7";
  }

  listen() {
    this.canvas.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    this.canvas.addEventListener("dblclick", () => this.fit());
    this.canvas.addEventListener("pointerdown", (event) => this.onDown(event));
    this.canvas.addEventListener("pointermove", (event) => this.onMove(event));
    this.canvas.addEventListener("pointerleave", () => this.onHover(null));
  }

  onWheel(event) {
    if (!this.pictures) return;
    const least = fitView(this.pictures.photo, this.room, MARGIN).scale;
    // Zooming out of the whole photograph means scrolling the page.
    if (event.deltaY > 0 && this.place.scale <= least * 1.001) return;
    event.preventDefault();
    const factor = Math.exp(-Math.max(-120, Math.min(120, event.deltaY)) / 400);
    this.place = zoomAt(this.place, factor, { x: event.offsetX, y: event.offsetY }, least);
    if (this.place.scale <= least * 1.001) return this.fit();
    this.moveTo(this.place);
  }

  onDown(event) {
    if (this.fitted || event.button > 1) return;
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    const move = (each) => this.moveTo(panBy(this.place, each.movementX, each.movementY));
    const end = () => {
      this.canvas.removeEventListener("pointermove", move);
      this.canvas.classList.remove("grabbing");
    };
    this.canvas.classList.add("grabbing");
    this.canvas.addEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel"]) this.canvas.addEventListener(name, end, { once: true });
  }

  onMove(event) {
    if (!this.pictures || event.buttons) return;
    const point = toImage(this.place, { x: event.offsetX, y: event.offsetY });
    const at = this.plates.findIndex(({ quad }) => inside(quad.map(([x, y]) => ({ x, y })), point));
    this.onHover(at < 0 ? null : at);
  }

  moveTo(place) {
    this.place = holdView(place, this.pictures.photo, this.room, Math.min(this.room.width, this.room.height) / 2);
    this.setFitted(false);
    this.redraw();
  }
}

function middle({ width, height }) {
  return { x: width / 2, y: height / 2 };
}
