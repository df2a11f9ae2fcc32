/** How long a page may compute without a pause before the loops of its cells are ended. */
export const LOOP_SECONDS = 5;
