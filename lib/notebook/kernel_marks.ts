/** Begins the line on stderr by which a kernel says how many bytes it holds, when they are too many. */
export const MEMORY_MARK = "\u0001memory ";
