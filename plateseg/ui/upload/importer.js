/** One import from first byte to report. It tells its state; drawing is others' work. */
import { ApiError, getJson, sendJson } from "../shell/api.js";
import { Refusals } from "./reasons.js";
import { isPassing, sendAll, sizeTrouble } from "./sending.js";
import { putFile } from "./transport.js";
import { recallImport, rememberImport } from "./underway.js";
import { eachPathOnce } from "./walk.js";

const PARALLEL = 4;
const POLL_EVERY = 500;
const LOST = "The browser could not open this. It may have been moved, or be open elsewhere; choose it again.";
const TWICE = "Another file of the same name was taken. Drop the folders they lie in: these tell them apart.";

/**
 * @typedef {{added: number, duplicates: number, masks_attached: number, proposals?: number, rejected: {name: string, reason: string}[],
 *   notes: {name: string, note: string}[], rejected_kinds?: {text: string, count: number, shown: number}[],
 *   notes_kinds?: {text: string, count: number, shown: number}[], cut?: boolean, refused?: Refusals}} ImportReport refused:
 *   what did not even reach the server
 * @typedef {{phase: "idle"|"looking"|"sending"|"importing"|"done"|"failed"|"cancelled", files: number, filesSent: number,
 *   bytes: number, bytesSent: number, done: number, total: number, current: string, away: boolean,
 *   cancelling: boolean, error: string, field: string, report: ImportReport|null, canRetry: boolean}} ImportState
 *   field: of the options, that the error is about
 */

export class Importer {
  /**
   * @param {(state: ImportState) => void} onState
   * @param {() => object} options how the server shall read the files, asked for when an import begins there
   */
  constructor(onState, options = () => ({})) {
    this.onState = onState;
    this.options = options;
    this.state = fresh("idle");
    this.abort = new AbortController();
    /** @type {import("./walk.js").Chosen[]} */
    this.chosen = [];
    /** Bytes of the largest file the server takes. */
    this.most = Infinity;
    /** Those the server has not got yet, kept for another try. @type {Set<import("./walk.js").Chosen>} */
    this.unsent = new Set();
    /** Bytes of those that it has, or has refused. */
    this.settledBytes = 0;
    this.refused = new Refusals();
    /** Those the browser could not open, and those of a path that another one has. @type {import("./walk.js").Chosen[]} */
    this.lost = [];
  }

  get busy() {
    return ["looking", "sending", "importing"].includes(this.state.phase);
  }

  /** A folder is being walked through; null when that ended without files. @param {number|null} found files so far */
  look(found) {
    if (found === null) this.tell(fresh("idle"));
    else this.tell({ ...fresh("looking"), files: found });
  }

  /** @param {import("./walk.js").Chosen[]} chosen */
  async start(chosen) {
    if ((this.busy && this.state.phase !== "looking") || chosen.length === 0) return;
    this.begin(chosen);
    this.state = fresh("sending");
    this.tell({ files: this.chosen.length, bytes: this.chosen.reduce((sum, { file }) => sum + file.size, 0) });
    await this.send();
  }

  /** Goes on where the server stayed away, or sends everything anew when it has lost the import. */
  async retry() {
    if (!this.state.canRetry) return;
    if (this.id === null || this.unsent.size > 0) await this.send();
    else await this.guard(() => this.finish());
  }

  begin(chosen) {
    this.id = null;
    this.refused = new Refusals();
    const { once, again } = eachPathOnce(chosen.filter(({ file }) => file !== null));
    this.lost = [...chosen.filter(({ file }) => file === null), ...again];
    for (const { path, file } of this.lost) this.refused.add(path, file === null ? LOST : TWICE);
    this.chosen = once;
    this.unsent = new Set(this.chosen);
    this.settledBytes = 0;
  }

  /** Has a set of plates drawn by the server. */
  async draw(count, labelled) {
    if (this.busy) return;
    this.begin([]);
    this.state = fresh("importing");
    this.tell({ total: count });
    await this.guard(async () => {
      const { id } = await sendJson("POST", "/api/imports/drawn", { count, labelled });
      await this.follow(id);
    });
  }

  /** Takes up the import that was under way when the page was reloaded. @returns {Promise<void>} */
  async resume() {
    const id = recallImport();
    if (id === null || this.busy) return;
    const answer = await getJson(`/api/imports/${encodeURIComponent(id)}`).catch(() => null);
    // Files were dropped meanwhile: theirs is the import to look at now.
    if (this.busy) return;
    if (answer === null || answer.state === "receiving") {
      rememberImport(null);
      const error = "The page was reloaded while files were being sent, so nothing was imported. Drop them again.";
      if (answer) this.tell({ ...fresh("failed"), error });
      return;
    }
    this.state = fresh("importing");
    await this.guard(() => this.follow(id));
  }

  /** While sending, nothing is imported; later on, what was imported until now stays and is reported. */
  async cancel() {
    if (this.state.phase === "sending") this.abort.abort(new DOMException("Cancelled", "AbortError"));
    else this.tell({ cancelling: true });
    if (this.id === null) return;
    // Whether the server heard it or not, the state it tells next is the truth.
    await sendJson("POST", `/api/imports/${encodeURIComponent(this.id)}/cancel`, {}).catch(() => this.tell({ cancelling: false }));
  }

  async send() {
    this.abort = new AbortController();
    const filesSent = this.chosen.length - this.unsent.size;
    this.tell({ phase: "sending", error: "", field: "", canRetry: false, away: false, filesSent, bytesSent: this.settledBytes });
    await this.guard(async () => {
      if (this.id === null) {
        const { id, max_file_bytes: most } = await sendJson("POST", "/api/imports", this.options(), { signal: this.abort.signal });
        this.id = id;
        this.most = most ?? Infinity;
      }
      rememberImport(this.id);
      await this.sendFiles();
      await this.finish();
    });
  }

  async sendFiles() {
    const { signal } = this.abort;
    const under = new Map();
    const progress = (file, bytes) => {
      under.set(file, bytes);
      this.tell({ bytesSent: this.settledBytes + [...under.values()].reduce((sum, each) => sum + each, 0) });
    };
    const settle = (chosen) => {
      under.delete(chosen);
      this.unsent.delete(chosen);
      this.settledBytes += chosen.file.size;
      this.tell({ filesSent: this.state.files - this.unsent.size });
    };
    const put = async (chosen) => {
      const trouble = sizeTrouble(chosen.file.size, this.most);
      if (trouble) throw new ApiError(trouble, { status: 413 });
      const url = `/api/imports/${encodeURIComponent(this.id)}/files?path=${encodeURIComponent(chosen.path)}`;
      await putFile(url, chosen.file, { signal, onProgress: (bytes) => progress(chosen, bytes) });
    };
    await sendAll([...this.unsent], put, {
      parallel: PARALLEL,
      signal,
      wait: (milliseconds) => pause(milliseconds, signal),
      onSent: settle,
      onRefused: (chosen, error) => {
        this.refused.add(chosen.path, error.message);
        settle(chosen);
      },
      onRetry: (away) => away !== this.state.away && this.tell({ away }),
    });
  }

  async finish() {
    this.tell({ bytesSent: this.state.bytes, away: false });
    await sendJson("POST", `/api/imports/${encodeURIComponent(this.id)}/finish`, {});
    await this.follow(this.id);
  }

  /** Watches the server import until it has a report. */
  async follow(id) {
    rememberImport(id);
    this.id = id;
    this.tell({ phase: "importing", error: "" });
    for (;;) {
      const answer = await getJson(`/api/imports/${encodeURIComponent(id)}`).catch((error) => awayOrThrow(error));
      if (answer?.state === "done") return this.done(answer.report);
      if (answer?.state === "failed") throw new Error(answer.error || "The import failed. The server's log says why.");
      if (answer === null) this.tell({ away: true });
      else this.tell({ away: false, done: answer.done, total: answer.total, current: answer.current ?? "" });
      await pause(answer === null ? 2_000 : POLL_EVERY);
    }
  }

  done(report) {
    rememberImport(null);
    this.tell({ phase: "done", away: false, cancelling: false, report: { ...report, refused: this.refused } });
  }

  /** The edge of every import: whatever goes wrong becomes a state that says so. */
  async guard(work) {
    try {
      await work();
    } catch (error) {
      if (error.name === "AbortError") {
        rememberImport(null);
        this.tell({ phase: "cancelled", away: false });
        return;
      }
      if (!isResumable(error.status)) {
        rememberImport(null);
        this.begin([...this.chosen, ...this.lost]);
      }
      const canRetry = this.chosen.length > 0;
      this.tell({ phase: "failed", away: false, error: error.message, field: error.body?.field ?? "", canRetry });
    }
  }

  tell(part) {
    this.state = { ...this.state, ...part };
    this.onState(this.state);
  }
}

/** @returns {ImportState} */
function fresh(phase) {
  const numbers = { files: 0, filesSent: 0, bytes: 0, bytesSent: 0, done: 0, total: 0 };
  return { phase, ...numbers, current: "", away: false, cancelling: false, error: "", field: "", report: null, canRetry: false };
}

/** Whether the server still holds what it was sent: it was away, or its disk was full for a while. */
function isResumable(status) {
  return isPassing(status) || status === 507;
}

function awayOrThrow(error) {
  if (error.status === 0) return null;
  throw error;
}

function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
