/** Places of stores. */

/** Whether a store's place is a database that many machines share. */
export const isAddress = (place: string): boolean => /^postgres(ql)?:\/\//.test(place);
