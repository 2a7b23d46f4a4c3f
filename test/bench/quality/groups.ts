/** Items under what a function says of each, in the order in which they come. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Readonly<Record<string, readonly T[]>> {
	const groups: Record<string, T[]> = {};
	for (const item of items) (groups[keyOf(item)] ??= []).push(item);
	return groups;
}

/** The same keys with other values. */
export function mapValues<From, To>(
	record: Readonly<Record<string, From>>,
	change: (value: From) => To,
): Readonly<Record<string, To>> {
	return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
