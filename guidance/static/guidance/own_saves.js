/*
 * What Wagtail saves by itself is this form's own work. Without its time the form would take it for somebody else's
 * (guidance/admin_forms.py), and refuse the next button that is pressed.
 */

document.addEventListener("w-autosave:success", (event) => {
  const { revision_id: id, revision_created_at: time } = event.detail.response;
  const values = { loaded_revision_id: id, loaded_revision_created_at: time };
  for (const [name, value] of Object.entries(values)) {
    const field = event.target.elements.namedItem(name);
    if (field !== null && value) field.value = value;
  }
});
