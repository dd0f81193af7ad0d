/** Flags at their moments; what comes after finalize is refused (MPI-4.1 §11.2, §11.4). */
import assert from 'node:assert/strict';

const MPI = await import('parley');
const world = MPI.COMM_WORLD;
const blocks = process.argv[2] === 'blocking';

assert.equal(MPI.isInitialized(), true);
assert.equal(MPI.isFinalized(), false);
if (blocks) world.barrierSync();
else await world.barrier();
assert.equal(MPI.isFinalized(), false);
const first = MPI.finalize();
await first;
assert.equal(MPI.isFinalized(), true);
assert.equal(MPI.isInitialized(), true);
await MPI.finalize();
assert.equal(MPI.isFinalized(), true);

const { rank } = world;
const inVain: Readonly<Record<string, () => unknown>> = {
  send: () => world.send(1, rank),
  sendSync: () => {
    world.sendSync(1, rank);
  },
  sendLong: () => world.send(new Uint8Array(2 ** 20), (rank + 1) % world.size),
  recv: () => world.recv(),
  recvSync: () => world.recvSync(),
  iprobe: () => world.iprobe(),
  barrier: () => world.barrier(),
  allreduce: () => world.allreduceSync(1),
  bsend: () => {
    world.bsend(1, rank);
  },
  self: () => MPI.COMM_SELF.recvSync(),
};
for (const [name, call] of Object.entries(inVain)) {
  await assert.rejects(
    async () => await call(),
    (error: unknown) => {
      assert.ok(error instanceof MPI.MPIError, `${name}: ${String(error)}`);
      assert.match(error.message, /has left MPI/, name);
      return true;
    },
    `${name} after finalize`,
  );
}
console.log(`ok flags at rank ${rank} of ${world.size}`);
