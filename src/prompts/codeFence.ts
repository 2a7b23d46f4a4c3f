/** The result without the code fence that a model put around all of it against its instructions, unless the original had one. */
export function withoutFence(result: string, original: string): string {
	if (/^\s*(?:```|~~~)/.test(original)) return result;
	const lines = result.trim().split('\n');
	const mark = /^(`{3,}|~{3,})[\w+#.-]*$/.exec(lines[0]!.trim())?.[1];
	if (mark === undefined || lines.length < 3 || lines.at(-1)!.trim() !== mark) return result;
	// A fence inside would mean that the first and the last line are not one pair.
	return lines.slice(1, -1).some(line => line.trim().startsWith(mark)) ? result : lines.slice(1, -1).join('\n');
}
