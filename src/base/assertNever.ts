/** Ends a switch over a closed union: a case that was forgotten is a compile error, an impossible value a clear bug. */
export function assertNever(value: never): never {
	throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
