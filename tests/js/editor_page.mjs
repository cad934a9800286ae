/**
 * A page of the Annotate tab without a screen, on a server of a few photographs. The parts are the real ones; what the
 * browser and the network bring (fetch, decoded pictures, the address) is made here.
 */
import { Answers } from "../../plateseg/ui/editor/answers.js";
import { Client } from "../../plateseg/ui/editor/client.js";
import { makeRunner } from "../../plateseg/ui/editor/commands.js";
import { Drafts } from "../../plateseg/ui/editor/drafts.js";
import { Edits } from "../../plateseg/ui/editor/edits.js";
import { Loader } from "../../plateseg/ui/editor/loader.js";
import { Proposals } from "../../plateseg/ui/editor/proposals.js";
import { emptyRuns } from "../../plateseg/ui/editor/rle.js";
import { Saving } from "../../plateseg/ui/editor/saving.js";
import { Session } from "../../plateseg/ui/editor/session.js";
import { passes } from "../../plateseg/ui/shell/statuses.js";
import { StrokeTool } from "../../plateseg/ui/editor/stroke_tool.js";

export const WIDTH = 40;
export const HEIGHT = 30;
const AT = "2026-11-25T09:00:00Z";

/** Photographs 1, 2, 3, ... in a row, each with its revisions, as the routes tell them. */
export class Server {
  /** @param {number} count */
  constructor(count) {
    this.away = false;
    /** Answers of requests that match wait until they are let go. @type {{pattern: RegExp, until: Promise<void>}[]} */
    this.held = [];
    /** What it answers instead, by request. @type {Map<string, {status: number, body: object}>} */
    this.refusals = new Map();
    this.asked = [];
    this.photos = new Map();
    /** Proposals as the route tells them, by photograph. @type {Map<number, object>} */
    this.proposals = new Map();
    for (let id = 1; id <= count; id++) this.photos.set(id, { status: "unlabelled", revisions: [] });
  }

  /** @returns {() => void} lets the answers go */
  hold(pattern) {
    let release;
    const entry = { pattern, until: new Promise((resolve) => (release = resolve)) };
    this.held.push(entry);
    return () => {
      this.held.splice(this.held.indexOf(entry), 1);
      release();
    };
  }

  fetch = async (url, { method = "GET", body } = {}) => {
    const [path, query] = String(url).split("?");
    const request = `${method} ${path}`;
    this.asked.push(request);
    if (this.away) throw new TypeError("Failed to fetch");
    const refusal = this.refusals.get(request);
    const [status, content] = refusal ? [refusal.status, refusal.body] : this.#answer(request, body && JSON.parse(body), query);
    for (const { pattern, until } of [...this.held]) if (pattern.test(request)) await until;
    if (request.endsWith("/image")) return new Response("picture", { status });
    return new Response(JSON.stringify(content), { status });
  };

  /** @returns {number[]} runs of the newest mask */
  runs(id) {
    return this.photos.get(id).revisions.at(-1)?.runs ?? emptyRuns(WIDTH, HEIGHT);
  }

  /** Somebody elsewhere saves. */
  append(id, runs, { no_plate: noPlate = false } = {}) {
    const photo = this.photos.get(id);
    photo.revisions.push({ number: photo.revisions.length + 1, runs, created_at: AT, source: "manual", author: "" });
    const plates = runs.some((value, at) => at % 2 === 0 && value !== 0);
    photo.status = plates ? "labelled" : noPlate ? "no_plate" : "unlabelled";
    return { number: photo.revisions.length, head: photo.revisions.length, saved_at: AT, status: photo.status };
  }

  #answer(request, body, query) {
    if (request === "GET /api/items") return [200, this.#page(query)];
    const [, id, rest = ""] = /\/api\/items\/(\d+)\/?(.*)$/.exec(request) ?? [];
    const photo = this.photos.get(Number(id));
    if (!photo) return [404, { error: "There is no such photograph." }];
    const head = photo.revisions.length;
    if (rest === "") return [200, this.#detail(Number(id), query)];
    if (rest === "image") return [200, null];
    if (rest === "proposal") return [200, this.#proposal(Number(id), body)];
    if (rest.startsWith("masks/")) return [200, this.#mask(photo, Number(rest.slice(6)))];
    if (body.after !== head) return [409, { error: "Somebody was faster.", theirs: this.#mask(photo, head) }];
    if (rest === "restore") return [201, this.append(Number(id), photo.revisions[body.number - 1].runs)];
    if (body.no_plate && body.runs.length > 2) return [400, { error: "The mask holds a plate." }];
    return [201, this.append(Number(id), body.runs, body)];
  }

  #proposal(id, { revision }) {
    const known = this.proposals.get(id);
    const photo = this.photos.get(id);
    if (known && photo.status === "unlabelled") photo.status = "proposed";
    return (revision ? known?.earlier : known) ?? { model: null, reason: "No model yet." };
  }

  /** Ids in the list: what the filter holds and what keeps its place beside it. */
  #listed(query) {
    const { status = "", split = "", also = "" } = Object.fromEntries(new URLSearchParams(query));
    const holds = ([id, photo]) =>
      also.split(",").includes(String(id)) || passes({ status: photo.status, split: "unassigned" }, { status, split });
    return [...this.photos].filter(holds).map(([id]) => id);
  }

  #page(query) {
    return { items: this.#listed(query).map((id) => ({ id })) };
  }

  #detail(id, query) {
    const { status, revisions } = this.photos.get(id);
    const head = revisions.length;
    const listed = this.#listed(query);
    const waiting = [...this.photos].filter(([other, photo]) => other !== id && !photo.revisions.length);
    return {
      id,
      name: `photo${id}.jpg`,
      status,
      split: "unassigned",
      width: WIDTH,
      height: HEIGHT,
      head,
      image: `/api/items/${id}/image?v=${id}`,
      position: listed.filter((other) => other < id).length,
      total: listed.length,
      previous: listed.filter((other) => other < id).at(-1) ?? null,
      next: listed.find((other) => other > id) ?? null,
      next_unlabelled: (waiting.find(([other]) => other > id) ?? waiting[0])?.[0] ?? null,
      revisions: revisions.map(({ number, created_at }) => ({ number, created_at, author: "", source: "manual" })),
      suspect: null,
      mask: head ? this.#mask(this.photos.get(id), head) : null,
    };
  }

  #mask({ revisions }, number) {
    const { runs = emptyRuns(WIDTH, HEIGHT) } = revisions[number - 1] ?? {};
    return { number, width: WIDTH, height: HEIGHT, runs, created_at: AT, author: "", source: "manual" };
  }
}

/** The page of somebody. `drafts` of an earlier one are what the browser kept. */
export class Page {
  constructor(server, { drafts = new Drafts(null), id = "page" } = {}) {
    globalThis.fetch = server.fetch;
    globalThis.createImageBitmap ??= async () => ({ width: WIDTH, height: HEIGHT, close() {} });
    this.drafts = drafts;
    this.told = [];
    this.asked = [];
    this.preferences = new Map([["brushSize", 4], ["autoNext", true], ["model", "champion"], ["status", ""], ["split", ""]]);
    const { preferences } = this;
    const watch = { reportGone: () => (this.gone = true) };
    const back = async () => {
      if (this.gone) this.gone = false;
      else return;
      await this.session.saving.serverBack();
    };
    const client = new Client({ onGone: () => (this.gone = true), onAnswer: () => void back() });
    const hooks = {
      changed: () => this.session.notice && this.told.push(this.session.notice.text),
      opened: () => {},
      maskChanged: () => {},
      photoChanged: () => {},
      finishTool: () => this.tool.finish(),
      dropTool: () => this.tool.finish(),
      saved: () => {},
      keep: () => {},
    };
    const place = { read: () => ({ tab: "annotate", item: null }), go: () => {} };
    const page = { id, alive: async () => new Set([id]) };
    const loader = new Loader(client);
    this.session = new Session({ client, loader, drafts, proposals: new Proposals(client), preferences, page, place, hooks });
    this.session.saving = new Saving({
      client,
      drafts,
      tab: id,
      watch,
      onUpdate: hooks.changed,
      onSaved: () => this.session.saved().catch(() => {}),
      onConflict: (theirs) => this.asked.push(theirs),
    });
    const stage = { guidesChanged: () => {}, maskChanged: () => {} };
    this.edits = new Edits({ session: this.session, stage, preferences });
    this.answers = new Answers({ session: this.session, edits: this.edits, preferences });
    this.tool = new StrokeTool(this.edits, { erases: false });
    this.finishTool = hooks.finishTool;
    this.dropTool = hooks.dropTool;
    this.run = makeRunner({
      session: this.session,
      answers: this.answers,
      edits: this.edits,
      preferences,
      place,
      stage,
      finishTool: hooks.finishTool,
      cancelTool: () => this.tool.cancel(),
    });
  }

  get saving() {
    return this.session.saving;
  }

  get runs() {
    return [...this.session.document.runs()];
  }

  open(id) {
    return this.session.open(id);
  }

  down(x, y) {
    this.tool.down({ x, y }, { erase: false });
  }

  move(...points) {
    this.tool.move(points.map(([x, y]) => ({ x, y })));
  }

  up() {
    this.tool.up();
  }

  stroke(from, to) {
    this.down(...from);
    this.move(to);
    this.up();
  }
}

/** Lets everything happen that waits for nothing. */
export async function settle() {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}
