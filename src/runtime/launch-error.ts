/** A job that could not be started: the reason in words, and the exit code that says it to a shell. */
export class LaunchError extends Error {
  /** 2 for a wrong request, 126 for a program that cannot be executed, 127 for one that was not found. */
  readonly exitCode: number;

  constructor(exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }

  static {
    Object.defineProperty(this.prototype, 'name', {
      value: 'LaunchError',
      configurable: true,
      writable: true,
    });
  }
}
