/** Line of an offset, from 1. */
export function lineAt(text: string, offset: number): number {
	let line = 1;
	for (let index = text.indexOf('\n'); index >= 0 && index < offset; index = text.indexOf('\n', index + 1)) line++;
	return line;
}
