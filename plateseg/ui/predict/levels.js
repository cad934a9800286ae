/** A large picture with a small companion, so that drawing the whole of it costs what the screen costs. */

/** Pixels of the companion; photographs below need none. */
const ENOUGH = 1_600_000;
/** How far the companion is enlarged before the full picture, slow to draw as a whole, takes over. */
const STRETCH = 1.5;

export class Levels {
  /** @param {ImageBitmap} full @param {ImageBitmap|null} small */
  constructor(full, small) {
    this.full = full;
    this.small = small;
    this.width = full.width;
    this.height = full.height;
  }

  /** @param {ImageBitmap} full @returns {Promise<Levels>} */
  static async of(full) {
    const ratio = Math.sqrt(ENOUGH / (full.width * full.height));
    if (ratio >= 1) return new Levels(full, null);
    const small = await createImageBitmap(full, {
      resizeWidth: Math.max(1, Math.round(full.width * ratio)),
      resizeHeight: Math.max(1, Math.round(full.height * ratio)),
      resizeQuality: "medium",
      colorSpaceConversion: "none",
      premultiplyAlpha: "none",
    });
    return new Levels(full, small);
  }

  /**
   * Draws the part inside a window to a rectangle.
   * @param {CanvasRenderingContext2D} context
   * @param {import("./window.js").Window} window
   * @param {{x: number, y: number, width: number, height: number}} target
   */
  draw(context, window, target) {
    const useSmall = this.small !== null && window.columns <= (STRETCH * window.width * this.small.width) / this.width;
    const source = useSmall ? this.small : this.full;
    const across = source.width / this.width;
    const down = source.height / this.height;
    const from = [window.x * across, window.y * down, window.width * across, window.height * down];
    context.drawImage(source, ...from, target.x, target.y, target.width, target.height);
  }

  /** Gives the memory back now, not at the next collection. */
  close() {
    this.full.close();
    this.small?.close();
  }
}
