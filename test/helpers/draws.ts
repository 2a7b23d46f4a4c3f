/** How often a trust test tries: a short draw on every commit, all of it with `npm run test:trust`. */
export const draws = (short: number, full: number): number => (process.env.INKLING_TRUST === 'full' ? full : short);
