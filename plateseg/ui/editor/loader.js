/**
 * Photographs on their way to the screen: decoded off the page's thread, the next one ahead of time.
 * @typedef {{full: ImageBitmap, small: ImageBitmap|null, width: number, height: number}} Picture
 */
import { ApiError } from "../shell/api.js";

/** Decoded photographs kept: the present one, the next and the one before. */
const KEPT = 3;
/** Photographs with a longer side above this get a shrunken copy for quick panning, in pixels. */
const LARGE = 2200;
const SMALL = 1800;

export class Loader {
  /** @param {import("./client.js").Client} client */
  constructor(client) {
    this.client = client;
    /** @type {Map<string, Promise<Picture>>} by address, oldest first */
    this.pictures = new Map();
    this.details = new Map();
    /** @type {Picture|null} the one on screen, which is drawn from until another takes its place */
    this.shown = null;
  }

  /**
   * @param {number} id
   * @param {object} filter
   * @returns {Promise<{item: object, picture: Picture}>}
   */
  async load(id, filter) {
    const item = await this.#detail(id, filter);
    return { item, picture: await this.picture(item.image) };
  }

  /** Fetches what the next photograph needs; failing is no news before somebody asks for it. */
  async prefetch(id, filter) {
    const item = await this.client.item(id, filter);
    this.details.clear();
    this.details.set(id, item);
    await this.picture(item.image);
    return item;
  }

  /** @returns {Promise<Picture>} */
  picture(url) {
    const known = this.pictures.get(url);
    this.pictures.delete(url);
    const picture = known ?? fetchPicture(url);
    this.pictures.set(url, picture);
    picture.catch(() => this.pictures.delete(url));
    while (this.pictures.size > KEPT) this.#letGo(this.pictures.keys().next().value);
    return picture;
  }

  /** Always asks the server, for the mask may have changed; the copy fetched ahead serves while it is away. */
  async #detail(id, filter) {
    try {
      return await this.client.item(id, filter);
    } catch (error) {
      if (error.status === 0 && this.details.has(id)) return this.details.get(id);
      throw error;
    }
  }

  async #letGo(url) {
    const picture = this.pictures.get(url);
    this.pictures.delete(url);
    const gone = await picture.catch(() => null);
    // However many were asked for meanwhile: should none of them come, this one is what the person goes on with.
    if (gone === null || gone === this.shown) return;
    gone.full.close();
    gone.small?.close();
  }
}

/** @returns {Promise<Picture>} */
async function fetchPicture(url) {
  const response = await fetch(url).catch((error) => {
    throw new ApiError("The server is not answering.", { status: 0, body: String(error) });
  });
  if (!response.ok) throw new ApiError("The photograph could not be loaded. Reload the page.", response);
  const blob = await response.blob();
  const full = await createImageBitmap(blob);
  return { full, small: null, width: full.width, height: full.height, blob };
}

/**
 * Adds the shrunken copy of a large photograph, decoded once more in the background.
 * @param {Picture} picture
 * @returns {Promise<boolean>} whether there is a new one
 */
export async function addSmall(picture) {
  const longest = Math.max(picture.width, picture.height);
  if (picture.small || longest <= LARGE) return false;
  const factor = SMALL / longest;
  picture.small = await createImageBitmap(picture.blob, {
    resizeWidth: Math.round(picture.width * factor),
    resizeHeight: Math.round(picture.height * factor),
    resizeQuality: "medium",
  });
  return true;
}
