/**
 * Mouse, pen and touch on the stage, turned into calls of the current tool, pans and zooms.
 * @typedef {{x: number, y: number}} Point
 * @typedef {{erase: boolean, shift: boolean, reach: number}} Hand  reach: how near counts as "on it", client pixels
 */

const REACH = { mouse: 9, pen: 12, touch: 22 };

export class PointerInput {
  /**
   * @param {import("./stage.js").Stage} stage
   * @param {{enabled: () => boolean, tool: () => object, onSize: (direction: number) => void,
   *   onHover: (point: Point|null) => void}} hooks
   */
  constructor(stage, hooks) {
    this.stage = stage;
    this.hooks = hooks;
    /** Fingers, pens and buttons that are down. @type {Map<number, Point>} */
    this.down = new Map();
    /** @type {"idle"|"tool"|"pan"|"pinch"} */
    this.mode = "idle";
    this.spaceHeld = false;
    this.penSeen = false;
    const on = (type, fn) => stage.element.addEventListener(type, fn);
    on("pointerdown", (event) => this.#down(event));
    on("pointermove", (event) => this.#move(event));
    on("pointerup", (event) => this.#up(event));
    on("pointercancel", (event) => this.#cancel(event));
    on("pointerleave", () => this.mode === "idle" && hooks.onHover(null));
    on("contextmenu", (event) => event.preventDefault());
    stage.element.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  /** Space held: dragging moves the photograph. */
  holdSpace(held) {
    this.spaceHeld = held;
    this.stage.element.classList.toggle("pannable", held);
  }

  #down(event) {
    if (!this.hooks.enabled() || event.target.closest("button")) return;
    event.preventDefault();
    this.stage.element.focus({ preventScroll: true });
    this.#hold(event.pointerId);
    if (event.pointerType === "pen") this.penSeen = true;
    const point = this.#client(event);
    this.down.set(event.pointerId, point);
    if (this.down.size === 2 && event.pointerType === "touch") return this.#beginPinch();
    if (this.mode !== "idle") return;
    // Once a pen was seen, a finger or a palm only moves the photograph.
    const finger = this.penSeen && event.pointerType === "touch";
    if (event.button === 1 || this.spaceHeld || finger) {
      this.mode = "pan";
      this.stage.element.classList.add("panning");
      return;
    }
    if (event.button !== 0 && event.button !== 2 && event.button !== 5) return;
    this.mode = "tool";
    this.hooks.tool().down(this.stage.toImage(point), this.#hand(event));
    this.hooks.onHover(this.stage.toImage(point));
  }

  #move(event) {
    if (!this.hooks.enabled()) return;
    const point = this.#client(event);
    const before = this.down.get(event.pointerId);
    if (this.mode === "pinch" && before) return this.#pinch(event.pointerId, point);
    if (before) this.down.set(event.pointerId, point);
    if (this.mode === "pan" && before) return this.stage.pan(point.x - before.x, point.y - before.y);
    const hand = this.#hand(event);
    if (this.mode === "tool" && before) {
      const all = event.getCoalescedEvents?.() ?? [];
      const points = (all.length ? all : [event]).map((each) => this.stage.toImage(this.#client(each)));
      this.hooks.tool().move(points, hand);
    } else this.hooks.tool().hover(this.stage.toImage(point), hand);
    this.hooks.onHover(this.stage.toImage(point));
  }

  #up(event) {
    if (!this.down.delete(event.pointerId)) return;
    if (this.mode === "tool") this.hooks.tool().up(this.#hand(event));
    this.#rest();
  }

  #cancel(event) {
    if (!this.down.delete(event.pointerId)) return;
    if (this.mode === "tool") this.hooks.tool().cancel();
    this.#rest();
  }

  #rest() {
    // The finger left of a pinch does not begin to draw; it has to be lifted first.
    if (this.down.size && this.mode === "pinch") return;
    this.mode = this.down.size ? this.mode : "idle";
    this.stage.element.classList.remove("panning");
  }

  #beginPinch() {
    if (this.mode === "tool") this.hooks.tool().cancel();
    this.mode = "pinch";
  }

  #pinch(id, point) {
    const ids = [...this.down.keys()].slice(0, 2);
    const before = ids.map((each) => this.down.get(each));
    this.down.set(id, point);
    if (ids.length === 2)
      this.stage.pinch(
        before,
        ids.map((each) => this.down.get(each)),
      );
  }

  #wheel(event) {
    event.preventDefault();
    if (!this.hooks.enabled()) return;
    const unit = event.deltaMode === 1 ? 16 : 1;
    const delta = (event.deltaY || event.deltaX) * unit;
    if (delta === 0) return;
    if (event.altKey || event.shiftKey) return this.hooks.onSize(delta < 0 ? 1 : -1);
    // A trackpad's pinch arrives as ctrl + wheel with small deltas.
    const speed = event.ctrlKey ? 0.01 : 0.0018;
    this.stage.zoom(Math.exp(-Math.max(-240, Math.min(240, delta)) * speed), this.#client(event));
  }

  #hold(id) {
    try {
      this.stage.element.setPointerCapture(id);
    } catch (error) {
      // A pointer that ended in the same frame cannot be captured; drawing goes on without.
      if (error.name !== "NotFoundError") throw error;
    }
  }

  #client(event) {
    const box = this.stage.element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  /** @returns {Hand} */
  #hand(event) {
    const erase = event.button === 2 || event.button === 5 || (event.buttons & 34) !== 0;
    return { erase, shift: event.shiftKey, reach: REACH[event.pointerType] ?? REACH.mouse };
  }
}
