/*
 * Between a pressed button and the form that is sent. What Wagtail is saving by itself arrives first: overtaken, it
 * would be taken for what somebody else saved, and the button refused. Then the server is asked whether it still knows
 * who is writing: a form that is sent after a log-out, or without a network, is gone with everything that was typed.
 */

const { alive: ALIVE, logIn: LOG_IN } = document.currentScript.dataset;
/** A save that takes longer than this is not waited for. */
const SAVING_MS = 10_000;
/** Whether Wagtail saves by itself, on its form. */
const SAVES_ITSELF = "data-w-autosave-active-value";

/** What Wagtail's script adds to the form for a step of a workflow. */
const WORKFLOW_FIELDS = "input[name='action-workflow-action'], input[name^='workflow-action-']";

const REASONS = {
  "logged-out": {
    title: "You are no longer logged in",
    text:
      "Nothing was sent or saved since. Everything you typed still stands in this form. " +
      "Log in in a new tab, then come back to this one and press the button again.",
  },
  unreachable: {
    title: "The server does not answer",
    text:
      "Nothing was sent or saved since. Everything you typed still stands in this form. " +
      "Keep this page open, and press the button again in a moment.",
  },
};

/** The save that is under way, if one is: a promise that is kept once it has ended. */
let saving = null;
let saveEnded = () => {};
/** Whether the form that is sent next has been asked about. */
let isCleared = false;
/** Whether the server did not know who was writing when it was asked last. */
let isLoggedOut = false;
let dialog = null;

document.addEventListener("w-autosave:save", () => {
  saving ??= new Promise((resolve) => {
    saveEnded = resolve;
  });
});
for (const end of ["success", "error"]) {
  document.addEventListener(`w-autosave:${end}`, () => {
    saveEnded();
    saving = null;
  });
}

document.addEventListener("w-autosave:error", async ({ target, detail }) => {
  // Wagtail tells of a network that is gone and tries again; of a log-out it says that the server failed.
  if (detail.type !== "server_error" || isLoggedOut) return;
  if ((await ask(target)) === "logged-out") tell("logged-out");
});

// What somebody else saved meanwhile is saved over by pressing the button again, and by nothing else. Said
// before Wagtail's scripts look at the form, which is as soon as the page is whole.
document.addEventListener(
  "readystatechange",
  () => {
    if (document.querySelector("[data-newer-version]") === null) return;
    document.querySelector("form[data-edit-form]")?.setAttribute(SAVES_ITSELF, "false");
  },
  { once: true },
);

// Whoever logged in in another tab comes back.
document.addEventListener("visibilitychange", async () => {
  const form = document.querySelector("form[data-edit-form]");
  if (!isLoggedOut || document.hidden || (await ask(form)) !== "here") return;
  dialog?.close();
  saveNow(form);
});

// A workflow's button asks in a window of Wagtail's, which then sends the form as a script does: without an event that
// anybody could hold back.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-edit-form]");
  if (form !== null) form.submit = () => form.requestSubmit();
});

document.addEventListener(
  "submit",
  (event) => {
    const { target: form, submitter } = event;
    // A button that opens a tab of its own leaves the form, and what was typed, where it is.
    if (!form.matches("form[data-edit-form]") || submitter?.formTarget === "_blank") return;
    if (isCleared) {
      isCleared = false;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    send(form, submitter);
  },
  { capture: true },
);

async function send(form, submitter) {
  const savedItself = form.getAttribute(SAVES_ITSELF);
  form.setAttribute(SAVES_ITSELF, "false");
  if (saving) await Promise.race([saving, new Promise((resolve) => setTimeout(resolve, SAVING_MS))]);
  const answer = await ask(form);
  if (answer === "here") {
    const pressed = pressedField(submitter);
    form.append(pressed);
    isCleared = true;
    form.requestSubmit();
    pressed.remove();
  } else {
    submitter?.setAttribute("data-w-progress-loading-value", "false");
    // What a workflow's button put into the form would be done by whichever button is pressed next.
    for (const field of form.querySelectorAll(WORKFLOW_FIELDS)) field.remove();
    tell(answer);
  }
  // Where the page stays, it goes on saving. A form that is being sent is not saved beside.
  const restore = () =>
    savedItself === null ? form.removeAttribute(SAVES_ITSELF) : form.setAttribute(SAVES_ITSELF, savedItself);
  if (answer === "here") addEventListener("pageshow", restore, { once: true });
  else restore();
}

/** A button is sent with its form only when the form is sent by pressing it. */
function pressedField(submitter) {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = submitter?.name ?? "";
  field.value = submitter?.value ?? "";
  return field;
}

/**
 * Whether the server knows who is writing. If so, the form is told what it has to send along, which is another word
 * after each log-in.
 *
 * @returns {Promise<"here"|"logged-out"|"unreachable">}
 */
async function ask(form) {
  let response;
  try {
    response = await fetch(ALIVE, { headers: { "X-Requested-With": "XMLHttpRequest" }, cache: "no-store" });
  } catch {
    return "unreachable";
  }
  isLoggedOut = response.status === 403;
  if (isLoggedOut) return "logged-out";
  if (!response.ok) return "unreachable";
  form.elements.namedItem("csrfmiddlewaretoken").value = (await response.json()).csrf;
  return "here";
}

function saveNow(form) {
  const controller = window.wagtail?.app?.getControllerForElementAndIdentifier(form, "w-autosave");
  controller?.save(new CustomEvent("w-unsaved:add"));
}

function tell(reason) {
  dialog?.close();
  const { title, text } = REASONS[reason];
  dialog = document.createElement("dialog");
  dialog.className = "portal-sending";
  dialog.setAttribute("aria-labelledby", "portal-sending-title");
  const heading = Object.assign(document.createElement("h2"), { id: "portal-sending-title", textContent: title });
  const words = Object.assign(document.createElement("p"), { textContent: text });
  const close = Object.assign(document.createElement("button"), {
    type: "button",
    className: "button button-secondary",
    textContent: "Back to the form",
  });
  close.addEventListener("click", () => close.closest("dialog").close());
  const logIn = Object.assign(document.createElement("a"), {
    href: LOG_IN,
    target: "_blank",
    className: "button",
    textContent: "Log in in a new tab",
  });
  dialog.append(heading, words, ...(reason === "logged-out" ? [logIn, " "] : []), close);
  dialog.addEventListener("close", ({ target }) => target.remove());
  document.body.append(dialog);
  dialog.showModal();
}
