/** The second command of the spawn. */
import { takePart } from './member.ts';

await takePart('follower');
