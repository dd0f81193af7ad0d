/** What must hold in every simulated world, whatever its ranks do. */
import assert from 'node:assert/strict';
import type { Intracommunicator } from '#api/intracommunicator.js';
import type { EngineLimits } from '#engine/limits.js';
import type { MatchContext } from '#engine/match-context.js';
import { contextOf, type SimulatedWorld } from './simulated-world.ts';

/** How often the bounds are looked at, on the network's clock. */
const LOOK_MS = 0.5;

/** Nothing is left of the messages of a communicator, neither here nor there. */
export function checkEmpty(comm: Intracommunicator): void {
  assert.equal(comm.iprobe(), undefined, `a message is left at rank ${comm.rank}`);
  const { posted, probes, unexpected } = contextOf(comm);
  assert.deepEqual(
    [posted.size, probes.length, unexpected.size],
    [0, 0, 0],
    `something waits at rank ${comm.rank}`,
  );
}

/** Bytes that this process holds for others in messages that nobody has asked for. */
export function unexpectedBytes(context: MatchContext): number {
  let bytes = 0;
  context.unexpected.forEach((message) => {
    bytes += message.bytes?.length ?? message.landing?.bytes.length ?? 0;
  });
  return bytes;
}

/** From now on, and until the world ends, nobody holds more for others than the limits say. */
export function checkBounds(world: SimulatedWorld, limits: EngineLimits): void {
  const contexts = world.comms.map(contextOf);
  const look = (): void => {
    for (const context of contexts) {
      assert.ok(unexpectedBytes(context) <= world.size * limits.eagerBudget, 'too many unexpected bytes');
      assert.ok(
        context.unexpected.size <= world.size * (limits.requestsMax + limits.eagerBudget / 64),
        'too many unexpected messages',
      );
    }
  };
  world.network.after(LOOK_MS, function again() {
    look();
    if (world.network.pending > 0) world.network.after(LOOK_MS, again);
  });
}
