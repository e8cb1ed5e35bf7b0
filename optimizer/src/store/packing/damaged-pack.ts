/** Bytes that were packed once and are no pack any more: the disk has changed them. */
export class DamagedPack extends Error {
  override readonly name = "DamagedPack";
}
