/** Long messages by one copy and, where that is switched off, by two. */
import { holdAtRanks, OVERSUBSCRIBED } from './hold-at-ranks.ts';

holdAtRanks('single-copy', [2, OVERSUBSCRIBED]);
holdAtRanks('single-copy', [2], { env: { PARLEY_SINGLE_COPY: '0' } });
