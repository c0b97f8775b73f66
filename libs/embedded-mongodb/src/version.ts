/** This package's own version, as its package.json states it. */
export const packageVersion = '0.1.0';
