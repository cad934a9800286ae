/** The photographs of this page session as a row of small pictures. */
import { h, setText, show } from "../shell/dom.js";
import { ratio } from "../shell/format.js";

/** @typedef {import("./session.js").Shot} Shot */

const WAITING = { waiting: "waiting", busy: "predicting…", error: "failed" };
const DOTS = { waiting: "queued", busy: "running", error: "failed", ready: "finished" };

export class Strip {
  /** @param {{onSelect: (key: number) => void}} handlers */
  constructor({ onSelect }) {
    this.onSelect = onSelect;
    this.element = h("div.pr-strip", { testid: "predict-strip", role: "group", "aria-label": "Photographs of this session" });
    /** @type {Map<number, {button: HTMLElement, canvas: HTMLCanvasElement, dot: HTMLElement, state: HTMLElement}>} */
    this.tiles = new Map();
  }

  /** @param {Shot[]} shots @param {Shot|null} current */
  draw(shots, current) {
    show(this.element, shots.length > 1);
    for (const shot of shots) {
      const tile = this.tiles.get(shot.key) ?? this.add(shot);
      tile.dot.className = `ps-dot ${DOTS[shot.phase]}`;
      setText(tile.state, shot.phase === "ready" ? scoreOf(shot) : WAITING[shot.phase]);
      const pressed = String(shot === current);
      if (tile.button.getAttribute("aria-pressed") === pressed) continue;
      tile.button.setAttribute("aria-pressed", pressed);
      if (shot === current) tile.button.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }

  /** @param {number} key @param {import("./levels.js").Levels} photo */
  picture(key, photo) {
    const canvas = this.tiles.get(key)?.canvas;
    if (!canvas || canvas.dataset.drawn) return;
    canvas.dataset.drawn = "yes";
    const context = canvas.getContext("2d");
    const scale = Math.max(canvas.width / photo.width, canvas.height / photo.height);
    const [width, height] = [photo.width * scale, photo.height * scale];
    context.drawImage(photo.small ?? photo.full, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
  }

  /** @param {number} key @returns {boolean} whether that tile still shows no picture */
  lacksPicture(key) {
    return this.tiles.get(key)?.canvas.dataset.drawn === undefined;
  }

  add({ key, name }) {
    const canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { width: 192, height: 120 }));
    const dot = h("i.ps-dot");
    const state = h("span.ps-muted");
    const label = h("span.pr-tile-state", {}, dot, state);
    const props = { testid: `predict-shot-${key}`, title: name, "aria-pressed": "false", onclick: () => this.onSelect(key) };
    const button = h("button.pr-tile", props, canvas, h("span.pr-clip", {}, name), label);
    this.element.append(button);
    const tile = { button, canvas, dot, state };
    this.tiles.set(key, tile);
    return tile;
  }
}

function scoreOf({ cut }) {
  return cut.plates.length ? ratio(cut.score) : "no plate";
}
