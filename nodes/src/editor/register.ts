import { type Migration, migrate } from "../migrate.ts";

/** The part of the editor's RED that is used here. */
declare const RED: {
  readonly nodes: { registerType(type: string, definition: object): void };
  readonly validators: { number(): (value: unknown) => boolean };
};

export interface EditorProperty {
  readonly value: unknown;
  readonly type?: string;
  readonly required?: boolean;
  readonly validate?: (value: unknown) => boolean;
}

export interface EditorNode {
  readonly type: string;
  readonly label: string;
  readonly icon: string;
  readonly inputs: 0 | 1;
  readonly outputLabels: readonly string[];
  readonly migrations: readonly Migration[];
  readonly defaults?: Readonly<Record<string, EditorProperty>>;
}

interface OpenedNode {
  name?: string;
  version?: number;
}

export const numberFrom =
  (lowest: number) =>
  (value: unknown): boolean =>
    value !== "" && Number(value) >= lowest;

export const newestVersion = (migrations: readonly Migration[]): number =>
  Math.max(0, ...migrations.map((each) => each.version));

/** Tells the editor of a node that uses the service. An older config becomes a new one when the node is opened. */
export function registerInEditor({ type, label, icon, inputs, outputLabels, migrations, defaults }: EditorNode): void {
  RED.nodes.registerType(type, {
    category: "Ohmstead",
    color: "#BFE3C6",
    defaults: {
      name: { value: "" },
      service: { value: "", type: "ohmstead-service", required: true },
      version: { value: newestVersion(migrations) },
      ...defaults,
    },
    inputs,
    outputs: outputLabels.length,
    outputLabels,
    icon,
    paletteLabel: label,
    label(this: OpenedNode) {
      return this.name === undefined || this.name === "" ? label : this.name;
    },
    labelStyle(this: OpenedNode) {
      return this.name ? "node_label_italic" : "";
    },
    oneditprepare(this: OpenedNode) {
      Object.assign(this, migrate(this, migrations));
    },
  });
}

/** The config node; it has no place on the canvas. */
export function registerConfigInEditor(
  type: string,
  migrations: readonly Migration[],
  defaults: Readonly<Record<string, EditorProperty>>,
): void {
  RED.nodes.registerType(type, {
    category: "config",
    defaults: { name: { value: "" }, version: { value: newestVersion(migrations) }, ...defaults },
    credentials: { token: { type: "password" } },
    label(this: OpenedNode) {
      return this.name === undefined || this.name === "" ? "Ohmstead service" : this.name;
    },
    oneditprepare(this: OpenedNode) {
      Object.assign(this, migrate(this, migrations));
    },
  });
}
