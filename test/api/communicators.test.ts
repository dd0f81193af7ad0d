/** Communicators that are made of others, and messages over them. */
import { holdAtRanks } from './hold-at-ranks.ts';

holdAtRanks('communicators', [4, 7]);
