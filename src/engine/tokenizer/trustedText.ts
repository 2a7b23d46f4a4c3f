/**
 * Ids of text that the model's own files wrote, where the names of control tokens mean those tokens. The longest name wins.
 * @param encode for the text between control tokens
 */
export function encodeTrusted(
	text: string,
	idOf: ReadonlyMap<string, number>,
	encode: (text: string) => readonly number[],
): number[] {
	const names = [...idOf.keys()].sort((first, second) => second.length - first.length);
	if (names.length === 0) return [...encode(text)];
	const pattern = new RegExp(`(${names.map(name => name.replace(/[\\^$*+?.()|[\]{}]/g, '\\$&')).join('|')})`, 'u');
	return text
		.split(pattern)
		.flatMap((part, index) => (index % 2 === 1 ? [idOf.get(part)!] : part === '' ? [] : encode(part)));
}
