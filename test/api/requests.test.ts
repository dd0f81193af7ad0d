/** Requests: each question, each way of waiting, and dropping them. */
import { holdAtRanks, OVERSUBSCRIBED } from './hold-at-ranks.ts';

holdAtRanks('requests', [2, OVERSUBSCRIBED]);
