/** Bytes that grow as they are written: the scratch memory in which the head of a frame is put together. */

const FIRST_BYTES = 1024;
const SHORT_TEXT = 48;

export class ByteWriter {
  bytes: Uint8Array = new Uint8Array(FIRST_BYTES);
  length: number = 0;
  /** Of the same bytes. */
  view: DataView = new DataView(this.bytes.buffer);

  reset(): void {
    this.length = 0;
  }

  u8(value: number): void {
    const at = this.#take(1);
    this.bytes[at] = value;
  }

  u32(value: number): void {
    const at = this.#take(4);
    this.view.setUint32(at, value, true);
  }

  i32(value: number): void {
    const at = this.#take(4);
    this.view.setInt32(at, value, true);
  }

  f64(value: number): void {
    const at = this.#take(8);
    this.view.setFloat64(at, value, true);
  }

  /** Length in bytes, then UTF-8. */
  text(value: string): void {
    if (value.length <= SHORT_TEXT && this.#ascii(value)) return;
    const byteLength = Buffer.byteLength(value);
    this.u32(byteLength);
    const at = this.#take(byteLength);
    Buffer.from(this.bytes.buffer, at, byteLength).write(value, 'utf8');
  }

  raw(bytes: Uint8Array): void {
    const at = this.#take(bytes.byteLength);
    this.bytes.set(bytes, at);
  }

  #ascii(value: string): boolean {
    const start = this.length;
    const { length } = value;
    this.u32(length);
    const at = this.#take(length);
    for (let index = 0; index < length; index += 1) {
      const code = value.charCodeAt(index);
      if (code > 127) {
        this.length = start;
        return false;
      }
      this.bytes[at + index] = code;
    }
    return true;
  }

  #take(count: number): number {
    const at = this.length;
    const end = at + count;
    if (end > this.bytes.byteLength) this.#grow(end);
    this.length = end;
    return at;
  }

  #grow(wanted: number): void {
    const grown = new Uint8Array(Math.max(wanted, 2 * this.bytes.byteLength));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}
