/** The first command of the spawn. */
import { takePart } from './member.ts';

await takePart('leader');
