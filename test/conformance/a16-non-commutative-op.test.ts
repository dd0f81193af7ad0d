/** A16 non-commutative operation: reduce-scatter keeps rank order. */
import { holdAtRanks, OVERSUBSCRIBED } from '../api/hold-at-ranks.ts';

holdAtRanks('a16-non-commutative-op', [5, OVERSUBSCRIBED]);
