/** A compiled module: opaque here, it is only handed from one thread to the next. */
export type CompiledModule = object;

/** Node has WebAssembly, but its types leave it to those of the browser. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: { compile(bytes: Uint8Array): Promise<CompiledModule> };
};

export const compileWebAssembly = (bytes: Uint8Array): Promise<CompiledModule> => WebAssembly.compile(bytes);
