/** What the case `spawn` spawns, and no more than that: the C programs that others spawn have nothing else to load either. */
import { getParent } from '../../index.ts';
import { TAG_DATA } from './batches.ts';

const parent = getParent();
parent?.sendSync(new Uint8Array(0), 0, TAG_DATA);
parent?.disconnectSync();
