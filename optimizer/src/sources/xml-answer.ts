import type { Element, Node } from "@xmldom/xmldom";
import { SourceError } from "../domain/errors.ts";

/** An element: its text, or its children by name, each as a list. Attributes are left out. */
export type XmlValue = string | { readonly [name: string]: readonly XmlValue[] };

const ELEMENT = 1;

/** The root's name and value. Throws SourceError for what is not well formed, cut off or empty. */
export async function parseXml(
  text: string,
  source: string,
): Promise<{ readonly name: string; readonly value: XmlValue }> {
  // A house without this source does not carry the parser.
  const { DOMParser, onErrorStopParsing } = await import("@xmldom/xmldom");
  try {
    const root = new DOMParser({ onError: onErrorStopParsing }).parseFromString(text, "text/xml").documentElement;
    if (root) return { name: root.localName ?? root.tagName, value: valueOf(root) };
  } catch (error) {
    throw new SourceError(
      source,
      `gave ${text.length} characters that are not XML, perhaps cut off (${String(error)})`,
      {
        cause: error,
      },
    );
  }
  throw new SourceError(source, "gave an XML document without content");
}

function valueOf(element: Element): XmlValue {
  const children = childrenOf(element);
  if (children.length === 0) return element.textContent?.trim() ?? "";
  const byName = Map.groupBy(children, (child) => child.localName ?? child.tagName);
  return Object.fromEntries([...byName].map(([name, all]) => [name, all.map(valueOf)]));
}

function childrenOf(element: Element): Element[] {
  const children: Element[] = [];
  for (let child: Node | null = element.firstChild; child; child = child.nextSibling)
    if (child.nodeType === ELEMENT) children.push(child as Element);
  return children;
}
