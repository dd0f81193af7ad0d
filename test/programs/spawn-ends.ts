/** Who ends with whom: what becomes of children whose parents end, and of parents whose children do. The argument says which. */
import assert from 'node:assert/strict';
import * as MPI from 'parley';
import { failure } from './support/cases.ts';
import { spawnPart } from './support/children.ts';
import { WAYS } from './support/way.ts';

const { COMM_WORLD: world } = MPI;
const way = WAYS[1]!;

const ENDS: Readonly<Record<string, () => Promise<void>>> = {
  /** The child would stay for ever. */
  'lifetime parent': async () => {
    const child = await spawnPart(way, world, 'stay for ever', { lifetime: 'parent' });
    await child.recv(0, 6);
    console.log('ok the parent goes');
  },
  'lifetime parent, which fails': async () => {
    const child = await spawnPart(way, world, 'stay for ever', { lifetime: 'parent' });
    await child.recv(0, 6);
    process.exit(3);
  },
  /** The child says so when its parents are gone. */
  independent: async () => {
    const child = await spawnPart(way, world, 'outlive the parents', { args: [String(process.pid)] });
    await child.disconnect();
  },
  'independent, the parent fails': async () => {
    const child = await spawnPart(way, world, 'outlive the parents', { args: [String(process.pid)] });
    await child.disconnect();
    process.exit(3);
  },
  /** Who was killed ends its own job, and nobody else's. */
  'a child is killed': async () => {
    const children = await spawnPart(way, world, 'stay for ever', { maxprocs: 2 });
    const { data: pid } = await children.recv<number>(1, 6);
    process.kill(pid, 'SIGKILL');
    const error = await failure('MPI_ERR_PROC_FAILED', () => children.recv(1));
    assert.match(error.message, /rank 1 of .*ended by signal 9/);
    children.free();
    const others = await spawnPart(way, world, 'barrier, then leave');
    await others.barrier();
    await others.disconnect();
    console.log('ok the parent goes on');
  },
  'independent, the parent is killed': async () => {
    const child = await spawnPart(way, world, 'outlive the parents', { args: [String(process.pid)] });
    await child.disconnect();
    process.kill(process.pid, 'SIGKILL');
  },
  /** Nobody says goodbye. */
  'left at once': async () => {
    const children = await spawnPart(way, world, 'barrier, then go', { maxprocs: 8 });
    await children.barrier();
    await MPI.finalize();
    console.log('ok the parent has left');
  },
  /** With its own mistake it ends everybody that it is connected to. */
  'fatal errors': async () => {
    const options = { mpi_initial_errhandler: 'mpi_errors_are_fatal', maxprocs: 2 };
    const children = await spawnPart(way, world, 'make a mistake', options);
    await children.barrier();
    await children.send(null, 0, 7);
    await new Promise(() => setTimeout(() => undefined, 2 ** 30));
  },
  /** The children would stay for ever. */
  'abort of the children': async () => {
    const children = await spawnPart(way, world, 'stay for ever', { maxprocs: 2 });
    await children.recv(0, 6);
    children.abort(7);
  },
  /** The children would neither end nor take what is sent to them. */
  'abort of the children, with a send unanswered': async () => {
    const children = await spawnPart(way, world, 'stay for ever', { maxprocs: 2 });
    await children.recv(0, 6);
    void children.send(new Float64Array(1_000_000), 1, 1);
    children.abort(7);
  },
  /** A job that was connected, and is not any more, goes on. */
  'abort of the own world': async () => {
    const child = await spawnPart(way, world, 'outlive the parents', { args: [String(process.pid)] });
    await child.disconnect();
    world.abort(8);
  },
  /** Its own mistake ends the child, and nobody else. */
  'errors that abort': async () => {
    const options = { mpi_initial_errhandler: 'mpi_errors_abort', maxprocs: 2 };
    const children = await spawnPart(way, world, 'make a mistake', options);
    await children.barrier();
    await children.send(null, 0, 7);
    await failure('MPI_ERR_PROC_FAILED', () => children.recv(0));
    await failure('MPI_ERR_PROC_FAILED', () => children.disconnect());
    const others = await spawnPart(way, world, 'barrier, then leave');
    await others.barrier();
    await others.disconnect();
    console.log('ok the parent goes on');
  },
  /** Nobody is left who waits for the program to start MPI. */
  'killed while it spawns': async () => {
    const script = `kill -9 ${String(process.pid)}; sleep 1000`;
    await world.spawn('sh', { args: ['-c', script] });
    assert.fail('it is dead');
  },
};

await ENDS[process.argv[2] ?? '']?.();
