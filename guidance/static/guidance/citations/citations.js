/*
 * Citations in the admin's forms: shown as cards, chosen by searching, never typed.
 *
 * <portal-citations label="…">   several, in an order: `value` is an array of citation strings
 * <portal-citation>              one, kept in the form field that stands inside it: `value` is a citation string or ""
 * <portal-cited-text>            a text area with [[citations]] in its text: a button puts one at the cursor
 * chooseCitation(…)              the dialog alone
 *
 * The elements send `change`, which bubbles, after every change a person makes. All elements of a page share one
 * dialog and ask for their cards together.
 */

const ADDRESS = "/admin/citations/";
/** The server refuses longer addresses; the rest of the cards is asked for in another request. */
const LONGEST_ADDRESS = 4000;
const MOST_AT_ONCE = 100;
const PATIENCE_MS = 30;
const TYPING_MS = 250;
/** A text that is longer is folded. */
const LONG_TEXT = 420;

const TROUBLE = {
  403: "You are not logged in any more, or may not edit pages. Log in in another tab, then try again.",
  414: "These words are too long to look for. Use fewer.",
  503: "The search is not available at the moment. Try again in a minute.",
};
const NO_ANSWER = "The portal does not answer. Check the connection, then try again.";

let lastId = 0;

// Small things

/** An element with its attributes and children. A function as `on…` becomes a listener. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

function button(text, onclick, attributes = {}) {
  return make("button", { type: "button", class: "button button-small button-secondary", onclick, ...attributes }, text);
}

function iconButton(name, label, onclick, attributes = {}) {
  return make("button", { type: "button", class: "portal-cite__tool", "aria-label": label, title: label, onclick, ...attributes }, icon(name));
}

let teller = null;

/** Tell those who do not see it what has happened. */
function announce(text) {
  if (!teller) {
    teller = make("div", { class: "w-sr-only", role: "status" });
    document.body.append(teller);
  }
  teller.textContent = text;
}

function newId(stem) {
  lastId += 1;
  return `portal-${stem}-${lastId}`;
}

// Asking the portal

class Trouble extends Error {}

async function ask(parameters, signal) {
  let answer;
  try {
    answer = await fetch(`${ADDRESS}?${parameters}`, {
      headers: { "X-Requested-With": "XMLHttpRequest", Accept: "application/json" },
      signal,
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Trouble(NO_ANSWER);
  }
  if (!answer.ok) throw new Trouble(TROUBLE[answer.status] ?? NO_ANSWER);
  return answer.json();
}

const known = new Map();
let waiting = [];

/** The card of a citation. Those asked for at about the same time are fetched together, each once. */
function cardOf(citation) {
  if (!known.has(citation)) {
    const card = new Promise((resolve, reject) => {
      waiting.push({ citation, resolve, reject });
      if (waiting.length === 1) window.setTimeout(fetchWaiting, PATIENCE_MS);
    });
    known.set(citation, card);
  }
  return known.get(citation);
}

function fetchWaiting() {
  const all = waiting;
  waiting = [];
  let some = [];
  let length = 0;
  for (const each of all) {
    const size = encodeURIComponent(each.citation).length + 3;
    if (some.length && (length + size > LONGEST_ADDRESS || some.length === MOST_AT_ONCE)) {
      fetchTogether(some);
      some = [];
      length = 0;
    }
    some.push(each);
    length += size;
  }
  if (some.length) fetchTogether(some);
}

async function fetchTogether(some) {
  try {
    const answer = await ask(new URLSearchParams(some.map((each) => ["c", each.citation])));
    const cards = new Map(answer.results.map((card) => [card.citation, card]));
    for (const each of some) {
      each.resolve(cards.get(each.citation) ?? { citation: each.citation, label: each.citation, text: "", resolved: false });
    }
  } catch (error) {
    for (const each of some) {
      // Forgotten, so that it is asked for again.
      known.delete(each.citation);
      each.reject(error);
    }
  }
}

// Cards

/** What a card says of a passage, for the list of results and for what was chosen. The label has the year. */
function cardContent(card, labelId) {
  const head = make("div", { class: "portal-cite__head" }, make("strong", { class: "portal-cite__label", id: labelId }, card.label));
  if (card.historic) head.append(make("span", { class: "portal-cite__badge portal-cite__badge--historic" }, "Historic"));
  if (card.kind === "section") head.append(make("span", { class: "portal-cite__badge" }, "Whole section"));
  if (!card.resolved) head.append(make("span", { class: "portal-cite__badge portal-cite__badge--broken" }, "Not found"));
  const content = make("div", { class: "portal-cite__content" }, head);
  if (card.text) content.append(foldedText(card));
  else if (card.kind === "section") content.append(make("p", { class: "portal-cite__note" }, "This section has no In brief."));
  if (card.note) content.append(make("p", { class: card.resolved ? "portal-cite__note" : "portal-cite__note portal-cite__note--broken" }, card.note));
  return content;
}

/** The text with the words looked for marked; of a long one the beginning, and a button for the rest. */
function foldedText(card) {
  const text = make("p", { class: "portal-cite__text" });
  const cut = card.text.length > LONG_TEXT ? card.text.lastIndexOf(" ", LONG_TEXT - 60) : -1;
  if (cut < 1) {
    text.append(...marked(card.text, card.found));
    return text;
  }
  text.append(...marked(card.text.slice(0, cut), card.found), "… ");
  const unfold = make("button", { type: "button", class: "portal-cite__unfold" }, "Show all of it");
  unfold.addEventListener("click", () => {
    text.replaceChildren(...marked(card.text, card.found));
    text.tabIndex = -1;
    text.focus();
  });
  text.append(unfold);
  return text;
}

function marked(text, words = []) {
  if (!words.length) return [text];
  const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const parts = text.split(new RegExp(`(?<![\\p{L}\\p{N}])(${escaped.join("|")})(?![\\p{L}\\p{N}])`, "u"));
  return parts.map((part, at) => (at % 2 ? make("mark", {}, part) : part)).filter((part) => part !== "");
}

function openLink(card) {
  return make(
    "a",
    { class: "portal-cite__open", href: card.url, target: "_blank", rel: "noopener", "aria-label": `Open ${card.label} in a new tab` },
    "Open",
    icon("link-external"),
  );
}

// The dialog

class Chooser {
  constructor() {
    this.asking = null;
    this.timer = 0;
    this.page = 1;
    this.chosen = new Set();
    this.build();
  }

  build() {
    const title = newId("title");
    const words = newId("words");
    const source = newId("source");
    const hint = newId("hint");
    this.field = make("input", {
      // In a search field, Escape would empty it and leave the dialog open.
      type: "text",
      enterkeyhint: "search",
      id: words,
      autocomplete: "off",
      maxlength: "300",
      "aria-describedby": hint,
      oninput: () => this.searchSoon(),
    });
    this.source = make("select", { id: source, onchange: () => this.search() }, make("option", { value: "" }, "All sources"));
    this.status = make("p", { class: "portal-chooser__status", role: "status" });
    this.list = make("ul", { class: "portal-chooser__results", onkeydown: (event) => this.walk(event) });
    this.more = button("Show more", () => this.search(this.page + 1), { hidden: true });
    this.again = button("Try again", () => this.search(this.page), { hidden: true });
    const form = make(
      "form",
      {
        class: "portal-chooser__form",
        role: "search",
        "aria-labelledby": title,
        onsubmit: (event) => {
          event.preventDefault();
          this.search();
        },
      },
      make("div", { class: "portal-chooser__words" }, make("label", { for: words }, "Look for"), this.field),
      make("div", {}, make("label", { for: source }, "In"), this.source),
      make("p", { id: hint, class: "portal-chooser__hint" }, "Words of the passage, a section’s number such as 5.2.6, or a citation or address that was copied."),
    );
    form.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" && event.target === this.field) this.step(event, -1, 1);
    });
    this.dialog = make(
      "dialog",
      { class: "portal-chooser", "aria-labelledby": title, onclose: () => this.finish() },
      make(
        "div",
        { class: "portal-chooser__frame" },
        make("header", { class: "portal-chooser__header" }, make("h2", { id: title }, "Choose a passage"), iconButton("cross", "Close", () => this.dialog.close())),
        form,
        this.status,
        make("div", { class: "portal-chooser__scroll" }, this.list, make("div", { class: "portal-chooser__end" }, this.more, this.again)),
      ),
    );
    // A click beside the frame is on the dialog itself.
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
    document.body.append(this.dialog);
  }

  /** Resolves with the card that was chosen, or null. What was looked for last time is still there. */
  open(chosen) {
    this.chosen = new Set(chosen);
    this.choice = null;
    const answer = new Promise((resolve) => {
      this.resolve = resolve;
    });
    this.markChosen();
    this.dialog.showModal();
    this.field.focus();
    this.field.select();
    const wasBroken = this.dialog.classList.contains("portal-chooser--busy") || !this.again.hidden;
    if (!this.source.dataset.filled || wasBroken) this.search();
    return answer;
  }

  finish() {
    window.clearTimeout(this.timer);
    this.asking?.abort();
    this.resolve?.(this.choice);
    this.resolve = null;
  }

  searchSoon() {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.search(), TYPING_MS);
  }

  async search(page = 1) {
    window.clearTimeout(this.timer);
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    this.page = page;
    this.again.hidden = true;
    const words = this.field.value.trim();
    if (words || page > 1) this.say("Searching…");
    this.dialog.classList.add("portal-chooser--busy");
    const parameters = new URLSearchParams({ q: words, page: String(page) });
    if (this.source.value) parameters.set("source", this.source.value);
    try {
      this.show(await ask(parameters, asking.signal), page, words);
    } catch (error) {
      if (error.name === "AbortError") return;
      if (page === 1) this.list.replaceChildren();
      this.more.hidden = true;
      this.again.hidden = false;
      this.say(error instanceof Trouble ? error.message : NO_ANSWER, true);
    }
    if (this.asking === asking) this.dialog.classList.remove("portal-chooser--busy");
  }

  show(answer, page, words) {
    this.fillSources(answer.sources);
    if (page === 1) {
      this.list.replaceChildren();
      this.list.parentElement.scrollTop = 0;
    }
    const there = new Set([...this.list.children].map((entry) => entry.dataset.citation));
    const fresh = answer.results.filter((card) => !there.has(card.citation)).map((card) => this.entry(card));
    this.list.append(...fresh);
    this.more.hidden = !answer.more;
    if (page > 1) fresh[0]?.querySelector("[data-choose]").focus();
    this.markChosen();
    const count = this.list.children.length;
    if (!words) this.say("");
    else if (!count) this.say(answer.message);
    else this.say([answer.message, count === 1 ? "1 result." : `${count} results.`].filter(Boolean).join(" "));
  }

  fillSources(sources = []) {
    if (this.source.dataset.filled) return;
    this.source.append(...sources.map((each) => make("option", { value: each.slug }, each.title)));
    this.source.dataset.filled = "yes";
  }

  entry(card) {
    const label = newId("result");
    known.set(card.citation, Promise.resolve({ ...card, found: [] }));
    const choose = button("Choose", () => this.choose(card), { "data-choose": true, "aria-describedby": label });
    return make(
      "li",
      { class: "portal-cite", "data-citation": card.citation },
      cardContent(card, label),
      make("div", { class: "portal-cite__tools" }, choose, openLink(card)),
    );
  }

  markChosen() {
    for (const entry of this.list.children) {
      const choose = entry.querySelector("[data-choose]");
      const taken = this.chosen.has(entry.dataset.citation);
      choose.textContent = taken ? "Chosen" : "Choose";
      choose.setAttribute("aria-disabled", String(taken));
    }
  }

  choose(card) {
    if (this.chosen.has(card.citation)) return;
    this.choice = card;
    this.dialog.close();
  }

  /** Up and down lead from result to result, and back to the words. */
  walk(event) {
    const at = this.buttons().indexOf(event.target);
    if (at < 0) return;
    if (event.key === "ArrowDown") this.step(event, at, 1);
    if (event.key === "ArrowUp") this.step(event, at, -1);
  }

  step(event, at, by) {
    const next = at + by < 0 ? this.field : this.buttons()[at + by];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.closest("li")?.scrollIntoView({ block: "nearest" });
  }

  buttons() {
    return [...this.list.querySelectorAll("[data-choose]")];
  }

  say(text, isTrouble = false) {
    this.status.textContent = text;
    this.status.classList.toggle("portal-chooser__status--trouble", isTrouble);
  }
}

let chooser = null;

/**
 * Let a person choose a passage in the dialog.
 *
 * @param {Iterable<string>} chosen Citations that cannot be chosen again.
 * @returns {Promise<{citation: string, label: string} | null>} The card that was chosen; null after Escape or Close.
 */
export async function chooseCitation(chosen = []) {
  const before = document.activeElement;
  chooser ??= new Chooser();
  const card = await chooser.open(chosen);
  if (before?.isConnected) before.focus();
  return card;
}

// The elements

/** What the elements have in common: cards that fill themselves, and the word that something has changed. */
class CitationElement extends HTMLElement {
  connectedCallback() {
    if (this.body) return;
    this.classList.add("portal-cites");
    const label = this.getAttribute("label");
    if (label) {
      this.setAttribute("role", "group");
      this.setAttribute("aria-label", label);
    }
    this.body = make("div", { class: "portal-cites__body" });
    this.append(this.body);
    this.build();
    this.render();
  }

  /** A card that says what it is as soon as the portal has told. */
  card(citation, ...tools) {
    const content = make("div", { class: "portal-cite__content", "aria-busy": "true" }, make("span", { class: "portal-cite__loading" }, citation));
    const row = make("div", { class: "portal-cite__tools" }, ...tools);
    const entry = make("div", { class: "portal-cite" }, content, row);
    const fill = async () => {
      try {
        const card = await cardOf(citation);
        content.replaceWith(cardContent(card));
        entry.classList.toggle("portal-cite--broken", !card.resolved);
        if (card.resolved) row.append(openLink(card));
        for (const tool of tools) tool.setAttribute("aria-label", `${tool.dataset.does}: ${card.label}`);
      } catch (error) {
        const retry = button("Try again", () => {
          content.replaceChildren(make("span", { class: "portal-cite__loading" }, citation));
          fill();
        });
        content.removeAttribute("aria-busy");
        content.replaceChildren(
          make("strong", { class: "portal-cite__label" }, citation),
          make("p", { class: "portal-cite__note portal-cite__note--broken" }, error instanceof Trouble ? error.message : NO_ANSWER),
          retry,
        );
      }
    };
    fill();
    return entry;
  }

  tool(name, does, onclick, attributes = {}) {
    return iconButton(name, does, onclick, { "data-does": does, ...attributes });
  }

  changed() {
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** Several citations in an order. With a `name`, each is also a hidden field of that name in the form around it. */
class PortalCitations extends CitationElement {
  constructor() {
    super();
    this.citations = [];
  }

  build() {
    // A value given before this script was there is a plain property and would hide the accessor.
    if (Object.hasOwn(this, "value")) {
      const early = this.value;
      delete this.value;
      this.citations = [...new Set(early)];
    }
  }

  get value() {
    return [...this.citations];
  }

  set value(citations) {
    this.citations = [...new Set(citations ?? [])];
    if (this.body) this.render();
  }

  render() {
    const last = this.citations.length - 1;
    const entries = this.citations.map((citation, at) =>
      make(
        "li",
        {},
        this.card(
          citation,
          this.tool("arrow-up", "Move up", () => this.move(at, at - 1), { disabled: at === 0 }),
          this.tool("arrow-down", "Move down", () => this.move(at, at + 1), { disabled: at === last }),
          this.tool("bin", "Remove", () => this.remove(at)),
        ),
      ),
    );
    this.list = make("ul", { class: "portal-cites__list" }, ...entries);
    this.add = button("Choose a passage", () => this.choose());
    this.add.prepend(icon("search"));
    const name = this.getAttribute("name");
    const fields = name ? this.citations.map((value) => make("input", { type: "hidden", name, value })) : [];
    this.body.replaceChildren(...(entries.length ? [this.list] : []), this.add, ...fields);
  }

  async choose() {
    const card = await chooseCitation(this.citations);
    if (!card) return;
    this.citations.push(card.citation);
    this.render();
    this.add.focus();
    announce(`Added: ${card.label}`);
    this.changed();
  }

  remove(at) {
    this.citations.splice(at, 1);
    this.render();
    const next = this.list.children[Math.min(at, this.citations.length - 1)];
    (next?.querySelector('[data-does="Remove"]') ?? this.add).focus();
    announce("Removed.");
    this.changed();
  }

  move(from, to) {
    this.citations.splice(to, 0, ...this.citations.splice(from, 1));
    this.render();
    const does = to < from ? "Move up" : "Move down";
    const entry = this.list.children[to];
    const same = entry.querySelector(`[data-does="${does}"]`);
    (same.disabled ? entry.querySelector("[data-does]:not(:disabled)") : same).focus();
    announce(`Moved to place ${to + 1} of ${this.citations.length}.`);
    this.changed();
  }

  focus() {
    this.add?.focus();
  }
}

/**
 * One citation, kept in the form field inside. Without this script the field is what one sees.
 * It is taken away with the block it stands in.
 */
class PortalCitation extends CitationElement {
  build() {
    this.field = this.querySelector("input[name]");
    this.field.type = "hidden";
  }

  get value() {
    return this.field?.value ?? this.querySelector("input[name]")?.value ?? "";
  }

  set value(citation) {
    const field = this.field ?? this.querySelector("input[name]");
    field.value = citation ?? "";
    this.refresh();
  }

  /** Show what the field holds now. */
  refresh() {
    if (this.body) this.render();
  }

  render() {
    if (this.value) {
      this.body.replaceChildren(
        this.card(this.value, button("Change", () => this.choose(), { "data-does": "Change", "data-main": true })),
      );
    } else {
      const choose = button("Choose a passage", () => this.choose(), { "data-main": true });
      choose.prepend(icon("search"));
      this.body.replaceChildren(choose);
    }
  }

  async choose() {
    const card = await chooseCitation(this.value ? [this.value] : []);
    if (!card) return;
    this.value = card.citation;
    this.focus();
    announce(`Chosen: ${card.label}`);
    this.changed();
  }

  focus() {
    this.querySelector("[data-main]")?.focus();
  }
}

/** A text with citations in double square brackets. The cards of those that stand in it are below it. */
class PortalCitedText extends CitationElement {
  build() {
    this.field = this.querySelector("textarea");
    this.cards = make("ul", { class: "portal-cites__list" });
    this.summary = make("summary", {});
    this.details = make("details", { class: "portal-cites__marks", hidden: true, ontoggle: () => this.showCards() }, this.summary, this.cards);
    const add = button("Cite a passage here", () => this.choose());
    add.prepend(icon("search"));
    this.body.append(add, this.details);
    this.field.addEventListener("input", () => this.render());
    // Wagtail puts the text in after the element.
    window.setTimeout(() => this.render());
  }

  get marks() {
    const found = this.field.value.matchAll(/\[\[([^[\]\n]+)\]\]/g);
    return [...new Set([...found].map((match) => match[1].trim()))];
  }

  render() {
    const count = this.marks.length;
    this.details.hidden = count === 0;
    this.summary.textContent = count === 1 ? "1 passage is cited" : `${count} passages are cited`;
    this.showCards();
  }

  showCards() {
    if (!this.details.open) return;
    const marks = this.marks;
    const there = new Map([...this.cards.children].map((entry) => [entry.dataset.citation, entry]));
    this.cards.replaceChildren(
      ...marks.map((citation) => there.get(citation) ?? make("li", { "data-citation": citation }, this.card(citation))),
    );
  }

  async choose() {
    const { selectionEnd } = this.field;
    const card = await chooseCitation();
    if (!card) return;
    const mark = `[[${card.citation}]]`;
    const space = selectionEnd > 0 && !/\s$/.test(this.field.value.slice(0, selectionEnd)) ? " " : "";
    // After what is selected, so that no word is lost.
    this.field.setRangeText(space + mark, selectionEnd, selectionEnd, "end");
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.field.focus();
    announce(`Cited: ${card.label}`);
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

customElements.define("portal-citations", PortalCitations);
customElements.define("portal-cited-text", PortalCitedText);
customElements.define("portal-citation", PortalCitation);
