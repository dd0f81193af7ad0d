/**
 * The public entry loaded and linked with all that it imports, but not evaluated: evaluation goes in the order of imports, and
 * the first one throws. Whoever imports the entry later finds everything there, and only then does MPI start.
 */
import './api/stop-evaluation.ts';
import './index.ts';
