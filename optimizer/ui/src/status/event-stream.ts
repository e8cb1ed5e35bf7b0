import type { ServiceEvent } from "@ohmstead/contract";

/** Cuts a server-sent stream into events; what is not complete yet is kept for the next piece. */
export function createEventReader(): (piece: string) => ServiceEvent[] {
  let rest = "";
  return (piece) => {
    // The line break may come as CR LF, and the two may come in different pieces.
    const blocks = (rest + piece).replaceAll("\r\n", "\n").split("\n\n");
    rest = blocks.pop() ?? "";
    return blocks.flatMap(eventIn);
  };
}

function eventIn(block: string): ServiceEvent[] {
  const data = block
    .split("\n")
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice(5).replace(/^ /, ""))
    .join("\n");
  if (data === "") return []; // a comment that keeps the connection alive
  try {
    return [JSON.parse(data) as ServiceEvent];
  } catch {
    return []; // of a newer or a broken service: the next event may be well again
  }
}
