/**
 * Elements that follow the state. They are made once and brought up to date after each change: nothing that has the
 * focus, and no button that is being pressed, is replaced by a copy of itself.
 */

/**
 * @typedef {object} Watcher
 * @property {Node} element
 * @property {() => void} update
 * @property {boolean} seen Whether the element has stood in the page: it is forgotten once it no longer does.
 */

export class View {
  /** @type {Set<Watcher>} */
  #shapes = new Set();

  /** @type {Set<Watcher>} */
  #values = new Set();

  /**
   * Bring an element up to date now and after each change.
   *
   * @template {Node} E
   * @param {E} element
   * @param {(element: E) => void} update
   * @returns {E}
   */
  watch(element, update) {
    return this.#add(this.#values, element, () => update(element));
  }

  /**
   * An element whose text follows the state.
   *
   * @param {HTMLElement} element
   * @param {() => string} words
   */
  text(element, words) {
    return this.watch(element, () => {
      const wanted = words();
      if (element.textContent !== wanted) element.textContent = wanted;
    });
  }

  /**
   * Keep one child for each item, in the order of the items. A child stays the same element while its item stays.
   *
   * @template T
   * @param {HTMLElement} container
   * @param {() => T[]} items
   * @param {(item: T) => string} keyOf
   * @param {(key: string) => HTMLElement} make
   */
  list(container, items, keyOf, make) {
    /** @type {Map<string, HTMLElement>} */
    const children = new Map();
    return this.#add(this.#shapes, container, () => {
      const keys = items().map(keyOf);
      const wanted = new Set(keys);
      for (const [key, child] of children) {
        if (wanted.has(key)) continue;
        child.remove();
        children.delete(key);
      }
      const focused = document.activeElement;
      let place = container.firstChild;
      for (const key of keys) {
        let child = children.get(key);
        if (child === undefined) {
          child = make(key);
          children.set(key, child);
        }
        if (child === place) place = place.nextSibling;
        else container.insertBefore(child, place);
      }
      // An element that is moved loses the focus.
      if (focused instanceof HTMLElement && focused !== document.activeElement && container.contains(focused)) {
        focused.focus({ preventScroll: true });
      }
    });
  }

  /**
   * Make the content of a container anew whenever what it depends on has changed, and only then.
   *
   * @param {HTMLElement} container
   * @param {() => any} dependsOn
   * @param {() => (Node|string|null|Array<Node|string|null>)} make
   */
  swap(container, dependsOn, make) {
    let last;
    return this.#add(this.#shapes, container, () => {
      const now = JSON.stringify(dependsOn()) ?? "";
      if (now === last) return;
      last = now;
      const content = [make()].flat().filter((child) => child !== null && child !== undefined);
      container.replaceChildren(...content);
    });
  }

  /** Bring everything in the page up to date: first what there is, then what it says. */
  refresh() {
    for (const watchers of [this.#shapes, this.#values]) {
      for (const watcher of watchers) {
        if (watcher.element.isConnected) {
          watcher.seen = true;
          watcher.update();
        } else if (watcher.seen) {
          watchers.delete(watcher);
        }
      }
    }
  }

  #add(watchers, element, update) {
    update();
    watchers.add({ element, update, seen: false });
    return element;
  }
}
