/**
 * The workers, and how the tiles get to them: whoever has delivered one gets the next, so fast workers do more and nobody waits.
 *
 * Each worker is a world of its own. A worker that dies therefore takes nobody with it: its tile goes back to those that wait,
 * and another one is started in its place. With `lifetime: 'parent'` they all end with the master, however that ends.
 */
import * as MPI from 'parley';
import type { Picture, Tile, TileResult } from './mandelbrot.ts';
import type { Order } from './orders.ts';

/** A tile that has cost so many workers their lives is given to no other. */
const TRIES_MAX = 3;
/** worker.ts beside this file; worker.js where both are compiled. */
const WORKER = import.meta.filename.replace(/crew(\.\w+)$/, 'worker$1');

export interface CrewOptions {
  readonly workers: number;
  readonly onResult: (tile: Tile, result: TileResult) => void;
  readonly say: (line: string) => void;
}

interface Task {
  readonly tile: Tile;
  tries: number;
}

export class Crew {
  readonly #picture: Picture;
  readonly #options: CrewOptions;
  readonly #tasks: Task[];
  /** Tiles done by each worker. */
  readonly done: number[];

  constructor(picture: Picture, tiles: readonly Tile[], options: CrewOptions) {
    this.#picture = picture;
    this.#options = options;
    this.#tasks = tiles.map((tile) => ({ tile, tries: 0 }));
    this.done = Array.from({ length: options.workers }, () => 0);
  }

  /** Resolves when every tile is delivered. */
  async run(): Promise<void> {
    await Promise.all(this.done.map((_, number) => this.#keepOneBusy(number)));
  }

  async #keepOneBusy(number: number): Promise<void> {
    while (this.#tasks.length > 0) {
      const worker = await MPI.COMM_SELF.spawn(WORKER, { lifetime: 'parent' });
      try {
        const { data: pid } = await worker.recv<number>(0);
        this.#options.say(`worker ${number} is process ${pid}`);
        await this.#feed(worker, number);
        await worker.send(null satisfies Order, 0);
        await worker.disconnect();
      } catch (error) {
        if (!(error instanceof MPI.MPIError) || error.code !== 'MPI_ERR_PROC_FAILED') throw error;
        this.#options.say(`worker ${number} is lost; its tile goes to another`);
      }
    }
  }

  /** Gives a worker one tile after the other; fails where it ends. */
  async #feed(worker: MPI.Intercommunicator, number: number): Promise<void> {
    let task: Task | undefined;
    while ((task = this.#tasks.shift()) !== undefined) {
      const { tile } = task;
      try {
        await worker.send({ picture: this.#picture, tile } satisfies Order, 0);
        const { data } = await worker.recv<TileResult>(0);
        this.done[number] = (this.done[number] ?? 0) + 1;
        this.#options.onResult(tile, data);
      } catch (error) {
        task.tries += 1;
        if (task.tries === TRIES_MAX)
          throw new Error(`The tile at ${tile.left}, ${tile.top} has ended ${TRIES_MAX} workers`, {
            cause: error,
          });
        this.#tasks.unshift(task);
        throw error;
      }
    }
  }
}
