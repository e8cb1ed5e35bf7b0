/** Whole numbers in as few bytes as they need: seven bits a byte, the sign in the lowest bit. Exact up to 2^52. */
export interface VarintWriter {
  /** Not negative. */
  unsigned(value: number): void;
  signed(value: number): void;
  bytes(): Buffer;
}

export function varintWriter(): VarintWriter {
  let buffer = Buffer.alloc(1024);
  let length = 0;
  const unsigned = (value: number): void => {
    if (length + 10 > buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
    let rest = value;
    while (rest >= 128) {
      buffer[length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    buffer[length++] = rest;
  };
  return {
    unsigned,
    signed: (value) => unsigned(value < 0 ? -2 * value - 1 : 2 * value),
    bytes: () => buffer.subarray(0, length),
  };
}

export interface VarintReader {
  unsigned(): number;
  signed(): number;
}

/** Throws RangeError at the end of the bytes. */
export function varintReader(bytes: Uint8Array): VarintReader {
  let at = 0;
  const unsigned = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError("the bytes end too early");
      if (byte < 128) return value + byte * factor;
      value += (byte - 128) * factor;
    }
  };
  return {
    unsigned,
    signed: () => {
      const value = unsigned();
      return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    },
  };
}
