/**
 * `md`: what clients and the master exchange. In the tutorial that this follows, this file makes the messages; here parley/live does
 * that, and this file says how the program uses it.
 *
 *   client                                          master
 *   const stream = toMaster(world, 30)              const stream = fromClients(world, 30)
 *   const md = stream.update()
 *   await stream.beginRun(54)                       for await (const event of stream) {
 *   md.addArray('img', image, [rows, columns])        if (event.type === 'update') {
 *   md.small.intensity = 1234                           event.array('img', Float64Array), event.shape('img'), event.small.intensity
 *   await md.send()                                   }
 *   await md.endRun()                                 if (event.type === 'runEnded') …  event.report tells how complete the run is
 *   await stream.close()                            }
 *
 * An update is one message, so it arrives whole or not at all; every message carries its run, so runs never mix. A client that
 * dies, hangs or sends nonsense is an event at the master, never a stop.
 */
import type { Communicator } from 'parley';
import {
  type ClientStream,
  connectStream,
  type OpenedStream,
  openStream,
  type Update,
  type UpdateOrigin,
} from 'parley/live';

export const MASTER = 0;

/** Updates that a client may be ahead of the master; then `send` waits, so that a slow master slows its clients. */
const AHEAD = 4;
/** Signs of life for each patience: the loss of no single one makes a client look hung. */
const HEARTBEATS = 4;

/** A client's end. `patience`: seconds for which it may be silent before the master stops waiting for it; 0 for ever. */
export function toMaster(world: Communicator, patience: number): ClientStream {
  const heartbeat = patience > 0 ? { heartbeatMs: (1000 * patience) / HEARTBEATS } : {};
  return connectStream(world, { master: MASTER, credits: AHEAD, queueLimit: AHEAD, ...heartbeat });
}

/** The master's end. Its loop over events ends when every client has left, has died, or is no longer waited for. */
export function fromClients(world: Communicator, patience: number): OpenedStream {
  return openStream(world, { silentMs: patience > 0 ? 1000 * patience : Infinity, silentHoldsRun: false });
}

/** The stream numbers the clients of a communicator from 1 on, in the order of their ranks: with the master at rank 0, by rank. */
export const rankOf = ({ id }: UpdateOrigin): number => id;

/** A number among the small data of an update. */
export function numberOf({ small }: Update, name: string): number {
  const value = small[name];
  if (typeof value === 'number') return value;
  throw new TypeError(`small.${name} is no number: it is ${typeof value}`);
}

/** An array of an update, which has to be of this class and shape; valid until the loop over events goes on. */
export function arrayOf<A extends Float64Array | Uint32Array>(
  update: Update,
  name: string,
  Class: new (length: number) => A,
  shape: readonly number[],
): A {
  const is = update.shape(name).join('x');
  if (is !== shape.join('x'))
    throw new RangeError(`array "${name}" has the shape ${is}, wanted is ${shape.join('x')}`);
  return update.array(name, Class);
}
