/** Ends the evaluation of a graph of modules before anything after it is reached: see linked-entry. */
throw new Error('evaluated no further');
