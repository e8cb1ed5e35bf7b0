/** A node, tab or subflow of a flow file. */
export interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly z?: string;
  readonly [property: string]: unknown;
}
export function flowFileNames(folder: string): Promise<string[]>;
export function readFlowFiles(folder: string): Promise<FlowNode[]>;
export function writeFlowFiles(folder: string, nodes: readonly FlowNode[]): Promise<void>;
export function splitFlows(nodes: readonly FlowNode[], owners: ReadonlyMap<string, string>): Map<string, FlowNode[]>;
