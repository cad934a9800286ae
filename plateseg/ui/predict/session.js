/**
 * The photographs of this page session, in the order they were dropped. Pure.
 * @typedef {{bbox: [number, number, number, number], quad: [number, number][], area: number, score: number}} Plate
 * @typedef {{id: string, name: string, width: number, height: number, model: string, model_id: string, seconds: number,
 *   threshold: number, score: number, plates: Plate[], mask_pixels: number, image: string, probability: string}} Prediction
 * @typedef {{threshold: number, score: number, plates: Plate[], mask_pixels: number}} Cut
 * @typedef {{key: number, name: string, file: Blob|null, phase: "waiting"|"busy"|"ready"|"error", prediction: Prediction|null,
 *   cut: Cut|null, error: string, canRetry: boolean, kept: {item_id: number, duplicate: boolean}|null}} Shot
 */

export class Session {
  constructor() {
    /** @type {Shot[]} */
    this.shots = [];
    /** @type {Shot|null} */
    this.current = null;
    this.nextKey = 1;
  }

  /**
   * Takes files in; the first of them becomes the current one.
   * @param {{name: string, file: Blob|null}[]} files
   */
  add(files) {
    const fresh = files.map(({ name, file }) => ({ key: this.nextKey++, name, file, ...unanswered() }));
    this.shots.push(...fresh);
    this.current = fresh[0] ?? this.current;
    return fresh;
  }

  /** @param {number} key @returns {boolean} whether that changed anything */
  select(key) {
    const shot = this.shots.find((each) => each.key === key);
    if (!shot || shot === this.current) return false;
    this.current = shot;
    return true;
  }

  /** @param {Shot} shot  Its photograph goes through a model once more. */
  again(shot) {
    if (shot.phase !== "busy") Object.assign(shot, unanswered());
  }

  /** @returns {Shot|null} what to predict next: what the person looks at, then the oldest; null while one is under way */
  next() {
    if (this.shots.some((shot) => shot.phase === "busy")) return null;
    if (this.current?.phase === "waiting") return this.current;
    return this.shots.find((shot) => shot.phase === "waiting") ?? null;
  }

  /** @param {Shot} shot */
  begin(shot) {
    shot.phase = "busy";
  }

  /** @param {Shot} shot @param {Prediction} prediction */
  succeed(shot, prediction) {
    const { threshold, score, plates, mask_pixels } = prediction;
    Object.assign(shot, { phase: "ready", prediction, cut: { threshold, score, plates, mask_pixels } });
  }

  /** @param {Shot} shot @param {Cut} cut the same prediction at another threshold */
  recut(shot, cut) {
    if (shot.phase === "ready") shot.cut = cut;
  }

  /** @param {Shot} shot @param {string} error @param {boolean} canRetry */
  fail(shot, error, canRetry) {
    Object.assign(shot, { phase: "error", error, canRetry });
  }
}

function unanswered() {
  return { phase: "waiting", prediction: null, cut: null, error: "", canRetry: false, kept: null };
}
