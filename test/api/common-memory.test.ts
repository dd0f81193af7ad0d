/** Collectives in common memory, with real processes. */
import { holdAtRanks, OVERSUBSCRIBED } from './hold-at-ranks.ts';

holdAtRanks('common-memory', [1, 2, OVERSUBSCRIBED, 7]);
holdAtRanks('common-memory', [3], { env: { PARLEY_SINGLE_COPY: '0' } });
