import type { FlowNode } from "./flow-files.js";

export function installProductFlows(folders: { readonly shipped: string; readonly folder: string }): Promise<string[]>;
export function flowHash(nodes: readonly FlowNode[]): string;
