/**
 * Where a passage stands now: at its old offset if it is still there, else at its only occurrence. Undefined when it
 * was changed, deleted, or could be meant in more than one place.
 */
export function relocate(document: string, passage: string, offset: number): number | undefined {
	if (document.startsWith(passage, offset)) return offset;
	if (passage === '') return undefined;
	const first = document.indexOf(passage);
	if (first < 0 || document.includes(passage, first + 1)) return undefined;
	return first;
}
