/** Entry of the Annotate tab: brings client, drafts, session and workspace together and opens the first photograph. */
import { watchDeleted } from "../shell/deleted.js";
import { place } from "../shell/place.js";
import { loadStyle } from "../shell/style.js";
import { Client } from "./client.js";
import { leaveDeleted } from "./deletion.js";
import { orphans } from "./draft_rules.js";
import { Drafts } from "./drafts.js";
import { keepHeight } from "./height.js";
import { listenToKeys } from "./keyboard.js";
import { Loader } from "./loader.js";
import { Preferences } from "./preferences.js";
import { Proposals } from "./proposals.js";
import { Saving } from "./saving.js";
import { ServerWatch } from "./server_watch.js";
import { Session } from "./session.js";
import { claimTab } from "./tab_identity.js";
import { Workspace } from "./workspace.js";

/** In the order they apply. */
const STYLES = ["editor", "filmstrip", "bars", "stage", "panel", "dialogs", "narrow"];

/**
 * Builds the workspace in an empty element.
 * @param {HTMLElement} element
 * @returns {Promise<{destroy: () => void}>}
 */
export async function mount(element) {
  const root = document.createElement("div");
  root.className = "pe-root";
  root.dataset.testid = "annotate";
  root.dataset.state = "loading";
  element.replaceChildren(root);
  const styles = STYLES.map((name) => loadStyle(new URL(`./${name}.css`, import.meta.url)));
  const [drafts, page] = await Promise.all([Drafts.open(), claimTab(), ...styles]);
  const app = assemble(root, drafts, page);
  const arrivals = place.watch((where) => arrive(app, where));
  const stops = [keepHeight(root), listen(app), arrivals, watchTheme(app.workspace), watchLooks(app)];
  stops.push(watchDeleted((news) => onDeleted(app, news)));
  mirrorState(element, root);
  expose(app);
  app.watch.start();
  await begin(app);
  return {
    destroy() {
      for (const stop of stops) stop();
      app.watch.stop();
      app.workspace.destroy();
      root.remove();
    },
  };
}

function assemble(root, drafts, page) {
  const preferences = new Preferences();
  const watch = new ServerWatch({
    health: (options) => client.health(options),
    onChange: (gone) => serverChanged(app, gone),
    isIdle: () => !place.isOpen("annotate"),
  });
  const client = new Client({ onGone: () => watch.reportGone(), onAnswer: () => watch.reportAnswer() });
  const hooks = {
    changed: () => workspace.changed(),
    opened: () => workspace.opened(),
    maskChanged: (rect) => workspace.stage.maskChanged(rect),
    photoChanged: () => workspace.stage.photoChanged(),
    finishTool: () => workspace.finishTool(),
    dropTool: () => workspace.dropTool(),
    saved: () => workspace.filmstrip.refresh(),
    keep: () => workspace.run("keep"),
  };
  const session = new Session({
    client,
    loader: new Loader(client),
    drafts,
    proposals: new Proposals(client),
    preferences,
    page,
    place,
    hooks,
  });
  session.saving = new Saving({
    client,
    drafts,
    tab: page.id,
    watch,
    onUpdate: hooks.changed,
    onSaved: () => onSaved(app),
    onConflict: (theirs) => workspace.askConflict(theirs),
  });
  const workspace = new Workspace({ root, session, preferences, client, drafts, place });
  drafts.onChange = () => workspace.filmstrip.marksChanged();
  const app = { root, client, drafts, page, preferences, session, watch, workspace };
  return app;
}

/** Opens what the address names, else the first photograph to label. */
async function begin(app) {
  const { session } = app;
  app.workspace.changed();
  loadModels(app);
  const { tab, item } = place.read();
  try {
    if (tab === "annotate" && item !== null) await session.open(item, { replace: true });
    else await session.openFirst();
    if (session.state !== "empty") app.workspace.filmstrip.refresh();
    await tellLeftovers(app);
  } catch (error) {
    console.error(error);
    session.notify(error.message, { tone: "bad", action: { label: "Try again", run: () => begin(app) } });
  }
}

/** Strokes on other photographs that never reached the server. */
async function tellLeftovers({ drafts, page, session }) {
  const all = orphans(await drafts.all(), { tab: page.id, alive: await page.alive(), now: Date.now() });
  const elsewhere = [...new Set(all.map((draft) => draft.item))].filter((id) => id !== session.item?.id);
  if (!elsewhere.length || session.notice) return;
  const which = elsewhere.length === 1 ? "1 other photograph has" : `${elsewhere.length} other photographs have`;
  session.notify(`${which} unsaved strokes in this browser.`, {
    tone: "warn",
    action: { label: "Open", run: () => session.open(elsewhere[0]) },
  });
}

async function loadModels({ client, workspace, preferences, session }) {
  try {
    const { models } = await client.models();
    const chosen = preferences.get("model");
    if (chosen !== "champion" && !models.some((model) => model.id === chosen)) preferences.set("model", "champion");
    workspace.panel.proposal.setModels(models, preferences.get("model"));
    const champion = models.find((model) => model.champion)?.id ?? "";
    const news = workspace.champion !== undefined && workspace.champion !== champion;
    workspace.champion = champion;
    if (news) newChampion(session);
  } catch (error) {
    console.info("plateseg: the list of models could not be fetched", error);
  }
}

/** A model was trained meanwhile: what the old one proposed is out of date, where nobody has taken it up. */
function newChampion(session) {
  session.proposals.forget();
  const open = ["none", "unavailable", "offered"].includes(session.proposalPhase);
  if (session.ready && session.document.head === 0 && open) session.propose();
}

/** The address changed: by us, the back button, another tab's button or a link. */
function arrive(app, { tab, item }) {
  const { session } = app;
  const wasAway = app.away;
  app.away = tab !== "annotate";
  if (app.away) return;
  if (wasAway) loadModels(app);
  if (item !== null && item !== session.target) session.open(item, { replace: true });
  else if (item === null && session.item) place.go({ tab, item: session.item.id }, { replace: true });
  else if (!session.item) begin(app);
  else if (wasAway && session.ready) comeBack(app);
}

/** Back from another tab of the page: masks may be new, or the photograph deleted by somebody else. */
function comeBack({ session, workspace }) {
  workspace.filmstrip.refresh();
  session.refresh().catch((error) => {
    if (error.status === 404) session.notify(error.message, { tone: "bad" });
    else console.info("plateseg: could not look for news", error);
  });
}

function onSaved({ session, workspace }) {
  workspace.filmstrip.refresh();
  session.saved().catch((error) => console.info("plateseg: the revisions could not be fetched", error));
}

async function onDeleted({ session, workspace }, news) {
  const shown = place.read().tab === "annotate";
  const moved = await leaveDeleted(session, news, { shown });
  workspace.filmstrip.refresh();
  if (moved && shown) workspace.stage.element.focus({ preventScroll: true });
}

async function serverChanged(app, gone) {
  const { session, workspace } = app;
  if (gone) return workspace.banner.gone();
  workspace.banner.back(await session.saving.serverBack());
  if (!session.item) return begin(app);
  loadModels(app);
  return workspace.filmstrip.refresh();
}

function listen({ root, workspace }) {
  return listenToKeys({
    root,
    isOpen: () => place.read().tab === "annotate",
    run: workspace.run,
    tool: () => workspace.tool,
    holdSpace: (held) => workspace.pointer.holdSpace(held),
  });
}

/** Gradio switches between light and dark by a class on body. */
function watchTheme(workspace) {
  const observer = new MutationObserver(() => workspace.themeChanged());
  for (const element of [document.documentElement, document.body]) {
    observer.observe(element, { attributes: true, attributeFilter: ["class"] });
  }
  return () => observer.disconnect();
}

/** The browser's tab was hidden for a while: a run may have got further, or become champion. */
function watchLooks(app) {
  const look = () => place.isOpen("annotate") && loadModels(app);
  document.addEventListener("visibilitychange", look);
  return () => document.removeEventListener("visibilitychange", look);
}

/** Tests and the host read the state off the element they handed in. */
function mirrorState(element, root) {
  const copy = () => (element.dataset.state = root.dataset.state);
  new MutationObserver(copy).observe(root, { attributes: true, attributeFilter: ["data-state"] });
  copy();
}

/** For looking at from outside: what the mask is and where a pixel of it stands on the page. */
function expose({ session, workspace }) {
  const editor = {
    get item() {
      return session.item;
    },
    maskRle() {
      const { document } = session;
      return document && { width: document.width, height: document.height, runs: [...document.runs()] };
    },
    imageToClient(x, y) {
      const box = workspace.stage.element.getBoundingClientRect();
      const at = workspace.stage.toClient({ x, y });
      return { x: at.x + box.left, y: at.y + box.top };
    },
    get frames() {
      return workspace.stage.frames;
    },
  };
  window.__plateseg = Object.assign(window.__plateseg ?? {}, { editor });
}
