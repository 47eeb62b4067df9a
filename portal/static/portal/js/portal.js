/*
 * What scripts add. Every page is complete without them.
 *
 * An element marked `data-component="copy"` is improved by the function of that name below. The front end's own modules
 * (`data-module`) are loaded only on pages that have one.
 */

const CONFIRMATION_SECONDS = 6;

/** A button that copies words and says so. */
function copy(element) {
  const button = element.querySelector("button");
  const status = element.querySelector("[role=status]");
  let timer;

  button.addEventListener("click", async () => {
    window.clearTimeout(timer);
    status.textContent = "";
    const copied = await copyWords(wordsOf(element));
    status.textContent = copied ? element.dataset.copyDone : "Not copied. Select the words and copy them by hand.";
    timer = window.setTimeout(() => {
      status.textContent = "";
    }, CONFIRMATION_SECONDS * 1000);
  });
  element.hidden = false;
}

function wordsOf(element) {
  if ("copyAddress" in element.dataset) return window.location.href;
  if (!element.dataset.copyFrom) return element.dataset.copyText;
  const source = document.getElementById(element.dataset.copyFrom);
  return (source.value ?? source.innerText).trim();
}

async function copyWords(words) {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    // Without HTTPS, or where the permission is refused, the clipboard is out of reach: the older way still works.
    return copyBySelection(words);
  }
}

function copyBySelection(words) {
  const holder = document.createElement("textarea");
  const before = document.activeElement;
  holder.value = words;
  holder.className = "nhsuk-u-visually-hidden";
  document.body.append(holder);
  holder.select();
  const copied = document.execCommand("copy");
  holder.remove();
  before?.focus();
  return copied;
}

/** A button that opens the browser's print dialogue. */
function print(element) {
  element.querySelector("button").addEventListener("click", () => window.print());
  element.hidden = false;
}

/** Suggestions under a search field. */
async function suggest(form) {
  const { start } = await import(form.dataset.suggestModule);
  start(form);
}

/** An open menu closes with Escape and gives the focus back. */
function closeMenuWithEscape(menu) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

/** Error summary, exclusive checkboxes and whatever else of the front end this page uses. */
async function startFrontEnd() {
  if (!document.querySelector("[data-module]")) return;
  document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
  const { initAll } = await import(document.documentElement.dataset.nhsukModule);
  initAll();
}

const components = { copy, print, suggest };

for (const element of document.querySelectorAll("[data-component]")) {
  components[element.dataset.component]?.(element);
}
for (const menu of document.querySelectorAll(".portal-menu")) closeMenuWithEscape(menu);
startFrontEnd();
