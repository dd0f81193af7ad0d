/** Ports under the real launcher, beyond the cases of the public suites. */
import { holdAtRanks } from '../api/hold-at-ranks.ts';

holdAtRanks('port-rules', [3]);
