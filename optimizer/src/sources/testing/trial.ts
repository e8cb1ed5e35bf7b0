import type { SourceTrouble } from "../../domain/errors.ts";
import type { SourceDeps } from "../source.ts";
import type { Answer } from "./local-server.ts";

/** How a kind that asks over the wire is tried: by one suite, the same for all. */
export interface WireTrial {
  readonly nowMs: number;
  readonly settings: (url: string) => object;
  /** What it needs beyond pounds and a short patience. */
  readonly deps?: (url: string) => Partial<SourceDeps>;
  /** What the provider answers when it is well. */
  readonly replay: Answer;
  readonly format: "json" | "xml";
  /** Well, with nothing to say yet; and what the source makes of it. */
  readonly empty: { readonly answer: Answer; readonly gives: "nothing" | SourceTrouble };
  /** What it reads of the answer: paths, where [] is any element, or names of XML elements. Corrupted, each is refused by its name. */
  readonly reads: readonly string[];
  /** Environment variables without which it cannot ask. */
  readonly secrets?: readonly string[];
}

/** A kind that asks nobody. */
export interface LocalTrial {
  readonly nowMs: number;
  readonly deps?: Partial<SourceDeps>;
  readonly settings: (folder: string) => object;
  /** What it gives: the number of slots or stretches. */
  readonly gives: number;
  /** The file that it reads, and that can be missing. */
  readonly file?: string;
}

/** By kind. */
export type Trials = Readonly<Record<string, WireTrial | LocalTrial>>;
