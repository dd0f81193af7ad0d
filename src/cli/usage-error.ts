/** The command line asks for something that cannot be: exit code 2. */
export class UsageError extends Error {
  static {
    Object.defineProperty(this.prototype, 'name', {
      value: 'UsageError',
      configurable: true,
      writable: true,
    });
  }
}
