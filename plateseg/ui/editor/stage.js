/**
 * The canvas: photograph, masks and guides as three layers of screen size, redrawn once per frame and only where
 * something changed.
 * @typedef {import("./rects.js").Rect} Rect
 * @typedef {import("./viewport.js").Viewport} Viewport
 */
import { h } from "../shell/dom.js";
import { overlayArea, paintOverlay } from "./overlay.js";
import { joinRects, wholeRect } from "./rects.js";
import { fitView, holdView, leastScale, panBy, pinch, toClient, toImage, zoomAt } from "./viewport.js";

/** How long after the last pan or zoom the photograph is drawn at its best, in milliseconds. */
const SETTLE = 140;

export class Stage {
  /**
   * @param {{layers: () => import("./overlay.js").Layer[], guides: (context: CanvasRenderingContext2D) => void,
   *   onView: () => void}} hooks
   */
  constructor(hooks) {
    this.hooks = hooks;
    this.photo = h("canvas.pe-layer.pe-photo");
    this.overlay = h("canvas.pe-layer");
    this.guideLayer = h("canvas.pe-layer");
    this.element = h(
      "div.pe-stage",
      { testid: "canvas", tabindex: "0", role: "application", "aria-label": "Mask editor" },
      this.photo,
      this.overlay,
      this.guideLayer,
    );
    this.photoContext = this.photo.getContext("2d", { alpha: false });
    this.overlayContext = this.overlay.getContext("2d");
    this.guideContext = this.guideLayer.getContext("2d");
    /** @type {{full: ImageBitmap, small: ImageBitmap|null, width: number, height: number}|null} */
    this.picture = null;
    /** @type {Viewport} client pixels */
    this.view = { scale: 1, x: 0, y: 0 };
    this.fitted = true;
    this.size = { width: 0, height: 0 };
    this.ratio = 1;
    this.pending = { frame: 0, photo: false, guides: false, overlay: null };
    this.frames = 0;
    this.moving = false;
    this.settling = 0;
    this.observer = new ResizeObserver(() => this.#resize());
    this.observer.observe(this.element);
  }

  destroy() {
    this.observer.disconnect();
    cancelAnimationFrame(this.pending.frame);
    clearTimeout(this.settling);
  }

  /** Shows another photograph, whole. */
  show(picture) {
    this.picture = picture;
    this.fit();
  }

  /** A change inside `rect` of the image, or everywhere when null. */
  maskChanged(rect = null) {
    if (!this.target) return;
    const whole = wholeRect(this.target.width, this.target.height);
    const area = rect ? overlayArea(this.target, this.deviceView(), rect) : whole;
    if (!area) return;
    this.pending.overlay = joinRects(this.pending.overlay, area);
    this.#plan();
  }

  guidesChanged() {
    this.pending.guides = true;
    this.#plan();
  }

  /** A sharper or a newly arrived version of the same photograph. */
  photoChanged() {
    this.pending.photo = true;
    this.#plan();
  }

  fit() {
    if (!this.picture || !this.size.width) return;
    this.fitted = true;
    this.#setView(fitView(this.picture, this.size), true);
  }

  /** One image pixel on one device pixel, about a client point. */
  actualSize(anchor = this.#middle()) {
    this.zoom(1 / this.ratio / this.view.scale, anchor);
  }

  zoom(factor, anchor = this.#middle()) {
    if (!this.picture) return;
    this.#setView(zoomAt(this.view, factor, anchor, leastScale(this.picture, this.size)));
  }

  pan(dx, dy) {
    this.#setView(panBy(this.view, dx, dy));
  }

  pinch(before, after) {
    if (!this.picture) return;
    this.#setView(pinch(this.view, before, after, leastScale(this.picture, this.size)));
  }

  /** @returns {{x: number, y: number}} image pixels under a client point */
  toImage(point) {
    return toImage(this.view, point);
  }

  /** @returns {{x: number, y: number}} client point of image pixels */
  toClient(point) {
    return toClient(this.view, point);
  }

  /** @returns {Viewport} the view in device pixels */
  deviceView() {
    const { scale, x, y } = this.view;
    return { scale: scale * this.ratio, x: Math.round(x * this.ratio), y: Math.round(y * this.ratio) };
  }

  #middle() {
    return { x: this.size.width / 2, y: this.size.height / 2 };
  }

  #setView(view, fitted = false) {
    if (!this.picture || !this.size.width) return;
    this.fitted = fitted;
    // Moving a large photograph at full quality costs a software renderer three frames each time.
    this.moving = !fitted;
    clearTimeout(this.settling);
    if (this.moving) this.settling = setTimeout(() => this.#settle(), SETTLE);
    this.view = holdView(view, this.picture, this.size);
    this.pending.photo = true;
    this.pending.guides = true;
    this.maskChanged();
    this.hooks.onView();
  }

  #settle() {
    this.moving = false;
    this.photoChanged();
  }

  #resize() {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (!width || !height) return;
    this.ratio = window.devicePixelRatio || 1;
    const before = this.size;
    this.size = { width, height };
    for (const canvas of [this.photo, this.overlay, this.guideLayer]) {
      canvas.width = Math.round(width * this.ratio);
      canvas.height = Math.round(height * this.ratio);
    }
    this.image = this.overlayContext.createImageData(this.overlay.width, this.overlay.height);
    const pixels = new Uint32Array(this.image.data.buffer);
    this.target = { pixels, width: this.overlay.width, height: this.overlay.height };
    if (this.fitted || !before.width) this.fit();
    else this.#setView(panBy(this.view, (width - before.width) / 2, (height - before.height) / 2));
    // A resized canvas is blank until the next frame; drawing now avoids the flash.
    this.#draw();
  }

  #plan() {
    if (!this.pending.frame) this.pending.frame = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    const { photo, guides, overlay } = this.pending;
    cancelAnimationFrame(this.pending.frame);
    this.pending = { frame: 0, photo: false, guides: false, overlay: null };
    if (!this.picture || !this.target) return;
    this.frames++;
    if (photo) this.#drawPhoto();
    if (overlay) this.#drawOverlay(overlay);
    if (guides) this.#drawGuides();
  }

  #drawPhoto() {
    const context = this.photoContext;
    const view = this.deviceView();
    const { full, small, width, height } = this.picture;
    context.fillStyle = getComputedStyle(this.element).backgroundColor;
    context.fillRect(0, 0, this.photo.width, this.photo.height);
    // A shrunken copy answers pans and zooms of a large photograph several times faster.
    const source = small && width * view.scale <= small.width ? small : full;
    context.imageSmoothingEnabled = view.scale < 3;
    context.imageSmoothingQuality = this.moving ? "low" : "medium";
    context.drawImage(source, view.x, view.y, width * view.scale, height * view.scale);
  }

  /** @param {Rect} area device pixels */
  #drawOverlay(area) {
    paintOverlay(this.target, area, this.deviceView(), this.hooks.layers());
    const { x0, y0, x1, y1 } = area;
    this.overlayContext.putImageData(this.image, 0, 0, x0, y0, x1 - x0, y1 - y0);
  }

  #drawGuides() {
    const context = this.guideContext;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.guideLayer.width, this.guideLayer.height);
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    this.hooks.guides(context);
  }
}
