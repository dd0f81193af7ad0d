/** A program that shows something, and has no page: whoever wants to look comes with `parley view`. */
import type { BoardOptions } from './board-options.ts';
import { Board } from './board.ts';

/**
 * Shows what this program gives it to those who attach: `parley view NAME` in another terminal serves the page. Nothing listens
 * on the network, and where nobody looks nothing is sent.
 *
 * ```ts
 * await using view = await publishView('ising', { title: 'Ising model' });
 * for (const sweep of sweeps) view.show('spins', { kind: 'image', data: sweep.spins, shape: [256, 256] });
 * ```
 *
 * With `{ stream }` panels appear by themselves for what the stream's clients send. It keeps the process alive until it is closed.
 *
 * @throws MPIError of class MPI_ERR_SERVICE where another process has the name
 */
export async function publishView(name: string, options: Omit<BoardOptions, 'publish'> = {}): Promise<Board> {
  const board = new Board({ title: name, ...options, publish: name });
  try {
    await board.open();
  } catch (error) {
    await board.close();
    throw error;
  }
  return board;
}
