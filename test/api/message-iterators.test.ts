/** Iterating over messages. */
import { holdAtRanks, OVERSUBSCRIBED } from './hold-at-ranks.ts';

holdAtRanks('message-iterators', [2, OVERSUBSCRIBED]);
