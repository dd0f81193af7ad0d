/** Probes: what is there, without receiving it; and matched probes, which take the message out of the queue (§3.8). */
import { CompletedOperation, FailedOperation } from '../engine/completed-operation.ts';
import { findMessage, postProbe } from '../engine/meeting.ts';
import type { Operation } from '../engine/operation.ts';
import { ProbeOperation, statusOf } from '../engine/probe-operation.ts';
import type { Status, WaitOptions } from '../engine/request.ts';
import { armWaitOptions, hasFired } from '../engine/wait-options.ts';
import { PROC_NULL } from '../model/constants.ts';
import { checkSource, type Endpoint } from './endpoint.ts';
import { type MatchedMessage, matchedMessage, matchedNothing } from './matched-message.ts';
import { envelope, nobody } from './receive.ts';

class StatusProbe extends ProbeOperation<Status> {
  protected override result(): Status {
    return this.completedStatus();
  }
}

class MatchedProbe extends ProbeOperation<MatchedMessage> {
  readonly #endpoint: Endpoint;
  #handle: MatchedMessage | null = null;

  constructor(endpoint: Endpoint, source: number, tag: number) {
    super(endpoint.engine.driver, endpoint.context, source, tag, true);
    this.#endpoint = endpoint;
  }

  protected override result(): MatchedMessage {
    this.#handle ??=
      this.message === null ? matchedNothing(this.#endpoint) : matchedMessage(this.#endpoint, this.message);
    return this.#handle;
  }
}

export function probe(
  endpoint: Endpoint,
  source: number,
  tag: number,
  options?: WaitOptions,
): Operation<Status> {
  checkSource(endpoint, 'probe', source, tag);
  const { engine, context } = endpoint;
  if (options !== undefined && hasFired(options, () => intent(endpoint, source, tag))) {
    return new FailedOperation(engine.driver, options.signal.reason);
  }
  if (source === PROC_NULL) return new CompletedOperation(engine.driver, nobody, nobody);
  return begun(endpoint, new StatusProbe(engine.driver, context, source, tag, false), options);
}

export function matchedProbe(
  endpoint: Endpoint,
  source: number,
  tag: number,
  options?: WaitOptions,
): Operation<MatchedMessage> {
  checkSource(endpoint, 'probe', source, tag);
  const { driver } = endpoint.engine;
  if (options !== undefined && hasFired(options, () => intent(endpoint, source, tag))) {
    return new FailedOperation(driver, options.signal.reason);
  }
  if (source === PROC_NULL) return new CompletedOperation(driver, matchedNothing(endpoint), nobody);
  return begun(endpoint, new MatchedProbe(endpoint, source, tag), options);
}

/** What is there now, or undefined; never waits. */
export function immediateProbe(endpoint: Endpoint, source: number, tag: number): Status | undefined {
  checkSource(endpoint, 'probe', source, tag);
  if (source === PROC_NULL) return nobody;
  endpoint.engine.driver.progress();
  const message = findMessage(endpoint.context, source, tag);
  return message === null ? undefined : statusOf(message);
}

export function immediateMatchedProbe(
  endpoint: Endpoint,
  source: number,
  tag: number,
): MatchedMessage | undefined {
  checkSource(endpoint, 'probe', source, tag);
  if (source === PROC_NULL) return matchedNothing(endpoint);
  endpoint.engine.driver.progress();
  const message = findMessage(endpoint.context, source, tag);
  if (message === null) return undefined;
  endpoint.context.unexpected.remove(message);
  return matchedMessage(endpoint, message);
}

const intent = (endpoint: Endpoint, source: number, tag: number): string =>
  `probe ${envelope(endpoint, source, tag)}`;

function begun<T>(
  endpoint: Endpoint,
  operation: ProbeOperation<T>,
  options?: WaitOptions,
): ProbeOperation<T> {
  const { engine } = endpoint;
  postProbe(operation);
  if (operation.done) return operation;
  if (options !== undefined) {
    const { driver, clock } = engine;
    const { source, tag } = operation;
    armWaitOptions(operation, options, driver, clock, () => intent(endpoint, source, tag));
  }
  engine.driver.attend();
  return operation;
}
