/** Hosts a component in a gr.HTML: nothing of it is fetched before its tab is opened. */
import { place } from "./place.js";
import { start } from "./shell.js";

/**
 * For js_on_load: `import("/static/shell/host.js").then(({host}) => host(element, "runs", "/static/curves/runs.js"))`.
 * @param {HTMLElement} element the `element` of js_on_load
 * @param {string} tab
 * @param {string} moduleUrl an ES module that exports mount(element)
 */
export function host(element, tab, moduleUrl) {
  start();
  // Gradio's prose rules would restyle every button and table of ours.
  element.classList.remove("prose", "gradio-style");
  const root = document.createElement("div");
  root.className = "ps-root";
  root.dataset.room = tab;
  element.replaceChildren(root);
  place.whenOpened(tab, () => bring(root, moduleUrl));
}

async function bring(root, moduleUrl) {
  try {
    const { mount } = await import(moduleUrl);
    await mount(root);
  } catch (error) {
    console.error(error);
    showFailure(root, error);
  }
}

function showFailure(root, error) {
  const box = document.createElement("div");
  box.className = "ps-notice bad";
  box.dataset.testid = "host-failure";
  const text = document.createElement("p");
  text.textContent = `This tab could not be loaded (${error?.message ?? error}). Reload the page when the server is up.`;
  const reload = document.createElement("button");
  reload.type = "button";
  reload.className = "ps-button";
  reload.textContent = "Reload";
  reload.addEventListener("click", () => location.reload());
  box.append(text, reload);
  root.replaceChildren(box);
}
