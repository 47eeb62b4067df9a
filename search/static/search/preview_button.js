// The admin takes every sending of its form for saving, and stops warning of unsaved changes. A preview saves nothing.
document.addEventListener(
  "submit",
  (event) => {
    if (event.submitter?.hasAttribute("data-previews")) {
      event.stopPropagation();
    }
  },
  true,
);
