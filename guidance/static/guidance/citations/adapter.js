/* How Wagtail's blocks put a value into `<portal-citation>` and read it. Runs before the element's own module. */

(() => {
  const Widget = window.telepath.constructors["wagtail.widgets.Widget"];
  const BoundWidget = new Widget("").boundWidgetClass;

  class BoundCitation extends BoundWidget {
    get chooser() {
      return this.input.closest("portal-citation");
    }

    setState(citation) {
      this.input.value = citation ?? "";
      // An element whose module has not run yet reads the field when it does.
      this.chooser.refresh?.();
    }

    /** What a folded block is called. */
    getValueForLabel() {
      return this.chooser.querySelector(".portal-cite__label")?.textContent ?? this.getValue();
    }

    focus() {
      this.chooser.focus();
    }
  }

  window.telepath.register(
    "guidance.widgets.CitationInput",
    class extends Widget {
      boundWidgetClass = BoundCitation;
    },
  );
})();
