/**
 * Says which rank it is and ends as it is told, without MPI: for the tests of the harness.
 *
 *     greeting [stay] [exit RANK CODE]
 */
import { decodeJobEnvironment } from '#pmi/job-environment.js';

const job = decodeJobEnvironment(process.env);
if (job === null) throw new Error('This program is for a launcher');
console.log(`rank ${job.rank} of ${job.size}`);
const [what, rank, code] = process.argv.slice(2);
if (what === 'exit' && job.rank === Number(rank)) process.exitCode = Number(code);
if (what === 'stay') setInterval(() => undefined, 1000);
