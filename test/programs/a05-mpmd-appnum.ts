/** Gathers what each rank of an MPMD start knows of it: its number of the command, and the argument after `--`. */
import { APPNUM, COMM_WORLD as world } from 'parley';

const own = { rank: world.rank, appNumber: world.getAttr(APPNUM), argument: process.argv[2] ?? '' };
const all = await world.gather(own);
if (all !== undefined) console.log(JSON.stringify(all));
