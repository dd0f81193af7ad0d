/** A62 user errors: classes, codes and texts, added and removed. */
import { holdAtRanks } from '../api/hold-at-ranks.ts';

holdAtRanks('a62-user-errors', [1]);
