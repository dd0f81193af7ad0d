/** Errors that end processes, in the way that the argument names: rank 1 makes one, the others wait. */
import * as MPI from 'parley';

const { COMM_SELF: self, COMM_WORLD: world } = MPI;
const NOBODY = 99;

const WAYS: Readonly<Record<string, () => Promise<void> | void>> = {
  'fatal-of-self'() {
    self.setErrhandler(MPI.ERRORS_ARE_FATAL);
    if (world.rank === 1) self.sendSync('text', NOBODY);
  },
  async 'fatal-request'() {
    world.setErrhandler(MPI.ERRORS_ARE_FATAL);
    const duplicate = await world.dup();
    if (world.rank !== 1) return;
    // Nobody asks for it.
    void duplicate.recvInto(new Uint8Array(1), 1);
    duplicate.sendSync(new Uint8Array(5), 1);
  },
  abort() {
    world.setErrhandler(MPI.ERRORS_ABORT);
    if (world.rank === 1) world.sendSync('text', NOBODY);
  },
  /** Of one process: the others go on. */
  'abort-of-self'() {
    self.setErrhandler(MPI.ERRORS_ABORT);
    if (world.rank === 1) self.sendSync('text', NOBODY);
    console.log(`ok rank ${world.rank} goes on`);
    process.exit(0);
  },
  'throwing-handler'() {
    world.setErrhandler(() => {
      throw new Error('the handler is clumsy');
    });
    process.once('uncaughtException', (error) => {
      console.log(`ok uncaught: ${error.message}`);
      process.exit(0);
    });
    try {
      world.sendSync('text', NOBODY);
    } catch (error) {
      console.log(`ok caught: ${(error as MPI.MPIError).code}`);
    }
  },
};

await WAYS[process.argv[2] ?? '']?.();
await world.recv(world.rank, 5);
