/** How deep documents and arrays may be nested. (Source: the manual's "MongoDB Limits".) */
export const MAX_DEPTH = 200;
