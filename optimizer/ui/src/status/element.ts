type Child = Node | string | undefined;

/** An element with a class and children; text becomes text nodes, so nothing that was sent can become markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className !== "") made.className = className;
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** Fills a place again only when what it shows has changed, so that a button keeps its focus. */
export function createPlace(place: HTMLElement): (content: unknown, make: () => readonly Node[]) => void {
  let shown: string | undefined;
  return (content, make) => {
    const wanted = JSON.stringify(content) ?? "";
    if (wanted === shown) return;
    shown = wanted;
    place.replaceChildren(...make());
  };
}

/** A part of the page that the markup promises. */
export function byId<E extends HTMLElement>(id: string, kind: new () => E): E {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} #${id}`);
  return found;
}
