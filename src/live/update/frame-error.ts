/** Bytes that are no frame. Whoever knows where they come from says so in an error of its own. */
export class FrameError extends Error {
  static {
    Object.defineProperty(this.prototype, 'name', {
      value: 'FrameError',
      configurable: true,
      writable: true,
    });
  }
}
