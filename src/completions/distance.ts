/** Whether two texts are at most `limit` insertions, deletions and substitutions apart. Takes length x limit steps. */
export function distanceWithin(first: string, second: string, limit: number): boolean {
	if (first === second) return true;
	if (Math.abs(first.length - second.length) > limit) return false;
	let previous = Array.from({ length: second.length + 1 }, (_, column) => column);
	for (let row = 1; row <= first.length; row++) {
		const from = Math.max(1, row - limit);
		const to = Math.min(second.length, row + limit);
		const current = new Array<number>(second.length + 1).fill(limit + 1);
		if (from === 1) current[0] = row;
		for (let column = from; column <= to; column++) {
			const substitute = previous[column - 1]! + (first[row - 1] === second[column - 1] ? 0 : 1);
			current[column] = Math.min(substitute, previous[column]! + 1, current[column - 1]! + 1);
		}
		previous = current;
	}
	return previous[second.length]! <= limit;
}
