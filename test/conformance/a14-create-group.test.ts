/** A14 create_group: only the members call. */
import { holdAtRanks } from '../api/hold-at-ranks.ts';

holdAtRanks('a14-create-group', [4, 8]);
