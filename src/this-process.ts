/** MPI in this process: it begins when this is imported. */
import { MpiProcess } from './api/mpi-process.ts';

export const mpi: MpiProcess = new MpiProcess(process.env);
