/*
 * Suggestions under a search field while somebody types: a combobox with a list box, as ARIA 1.2 has it. The field keeps
 * the focus and its words; arrows walk the list, Enter opens what is marked, Enter with nothing marked searches, Escape
 * closes the list and leaves the words. Whatever goes wrong, the form stays the plain form it is without this script.
 *
 * It is our own because what comes from others comes out of Python packages here (docs/decisions/0005), and none of them
 * carries a well-kept autocomplete.
 */

const PAUSE_MS = 150;
/** A screen reader says the keys first. */
const SAID_AFTER_MS = 500;
const LEAST_LETTERS = 2;

/** Improve one search form: `data-suggest-from` is the address that answers. */
export function start(form) {
  const field = form.querySelector("input[name=q]");
  const list = element("ul", { id: `${field.id}-suggestions`, className: "portal-suggestions", hidden: true });
  const status = element("p", { className: "nhsuk-u-visually-hidden" });
  let asked = 0;
  let request = new AbortController();
  let pause;
  let saying;
  let marked = -1;

  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  status.setAttribute("role", "status");
  field.after(list);
  form.append(status);
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-controls": list.id,
    "aria-expanded": "false",
  })) field.setAttribute(name, value);

  /** Whatever was asked, is on its way or is about to be said comes too late now. What is shown stays. */
  function stopWaiting() {
    asked += 1;
    request.abort();
    window.clearTimeout(pause);
    window.clearTimeout(saying);
    status.textContent = "";
  }

  function turnToNewWords() {
    stopWaiting();
    // What is marked is what Enter opens: it must not outlive the words that it was suggested for.
    mark(-1);
  }

  function close() {
    turnToNewWords();
    list.hidden = true;
    list.replaceChildren();
    field.setAttribute("aria-expanded", "false");
  }

  function show(suggestions) {
    if (suggestions.length === 0) return close();
    mark(-1);
    list.replaceChildren(...suggestions.map((suggestion, at) => option(`${list.id}-${at}`, suggestion)));
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    saying = window.setTimeout(() => {
      status.textContent = suggestions.length === 1 ? "1 suggestion" : `${suggestions.length} suggestions`;
    }, SAID_AFTER_MS);
  }

  /** Ask for what fits the words as they are, and show it unless something newer was asked or the list was closed. */
  async function ask() {
    turnToNewWords();
    const words = field.value.trim();
    if (words.length < LEAST_LETTERS) return close();
    const mine = asked;
    request = new AbortController();
    const suggestions = await answer(form.dataset.suggestFrom, words, request.signal);
    if (mine === asked && document.activeElement === field) show(suggestions);
  }

  function mark(at) {
    list.children[marked]?.setAttribute("aria-selected", "false");
    marked = at;
    const option = list.children[marked];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
  }

  /** One further in the list, which is a ring with the field itself in it. */
  async function step(by) {
    if (list.hidden) await ask();
    // A list does not change under the hands of somebody who walks it.
    else stopWaiting();
    const places = list.children.length + 1;
    mark(((marked + 1 + by + places) % places) - 1);
  }

  function choose(option) {
    const address = option.dataset.url;
    close();
    window.location.assign(address);
  }

  field.addEventListener("input", () => {
    turnToNewWords();
    pause = window.setTimeout(ask, PAUSE_MS);
  });

  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && marked >= 0) {
      event.preventDefault();
      choose(list.children[marked]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault(); // some browsers empty a search field with it
      close();
    } else if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) {
      mark(-1);
    }
  });

  field.addEventListener("blur", close);
  form.addEventListener("submit", close);
  // The browser may keep the page as it was left and show it again on Back.
  window.addEventListener("pagehide", close);
  // The field keeps the focus while an option is pressed.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const pressed = event.target.closest("[role=option]");
    if (pressed) choose(pressed);
  });
}

/** The suggestions for some words; none where they cannot be had, for whatever reason. */
async function answer(address, words, signal) {
  try {
    // No copy of what was typed is left in the browser's cache; and a portal that asks to log in answers nothing.
    const response = await fetch(`${address}?${new URLSearchParams({ q: words })}`, {
      cache: "no-store",
      redirect: "error",
      signal,
    });
    return response.ok ? (await response.json()).suggestions : [];
  } catch {
    return [];
  }
}

function option(id, suggestion) {
  const item = element("li", { id, className: "portal-suggestions__option" });
  const about = [suggestion.kind, suggestion.place].filter(Boolean).join(" · ");
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  item.dataset.url = suggestion.url;
  item.append(
    element("span", { className: "portal-suggestions__text", textContent: suggestion.text }),
    element("span", { className: "nhsuk-u-visually-hidden", textContent: ", " }),
    element("span", { className: "portal-suggestions__kind", textContent: about }),
  );
  return item;
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
