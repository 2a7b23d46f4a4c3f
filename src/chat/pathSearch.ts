/** Most paths that a picker shows. */
const mostFound = 20;

/** The paths that fit what was typed, best first, in the given order where they fit alike. An empty query fits all. */
export function searchPaths(paths: readonly string[], query: string): readonly string[] {
	const wanted = query.toLowerCase().replaceAll('\\', '/').trim();
	return paths
		.map((path, order) => ({ path, order, rank: rankOf(path.toLowerCase(), wanted) }))
		.filter(({ rank }) => rank > 0)
		.sort((a, b) => b.rank - a.rank || a.order - b.order)
		.slice(0, mostFound)
		.map(({ path }) => path);
}

function rankOf(path: string, wanted: string): number {
	const name = path.slice(path.lastIndexOf('/') + 1);
	if (wanted === '') return 1;
	if (name === wanted) return 6;
	if (name.startsWith(wanted)) return 5;
	if (name.includes(wanted)) return 4;
	if (path.includes(wanted)) return 3;
	if (isSubsequence(wanted, name)) return 2;
	return isSubsequence(wanted, path) ? 1 : 0;
}

/** Whether the characters of `wanted` come in this order in `text`. */
function isSubsequence(wanted: string, text: string): boolean {
	let at = 0;
	for (const character of wanted) {
		at = text.indexOf(character, at) + 1;
		if (at === 0) return false;
	}
	return true;
}
