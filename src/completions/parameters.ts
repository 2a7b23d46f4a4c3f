/** The parameters, untrimmed, of the lists that the pattern ends right before, such as `function name(`; the last of a list that is
 * not closed yet is left out, as it is still being written. */
export function parameterLists(code: string, opening: RegExp): readonly (readonly string[])[] {
	return [...code.matchAll(opening)].map(({ index, 0: head }) => parametersFrom(code, index + head.length));
}

/** The parameters of the lists right before an arrow: `(a, b) =>`. */
export function arrowParameterLists(code: string): readonly (readonly string[])[] {
	return [...code.matchAll(/\)\s*=>/g)].flatMap(({ index }) => {
		const start = openingOf(code, index);
		return start < 0 ? [] : [parametersFrom(code, start + 1)];
	});
}

function parametersFrom(code: string, start: number): readonly string[] {
	const parameters: string[] = [];
	let depth = 0;
	let from = start;
	for (let at = start; at < code.length; at++) {
		const character = code[at]!;
		if (/[([{<]/.test(character)) depth++;
		else if (depth === 0 && /[),]/.test(character)) {
			parameters.push(code.slice(from, at));
			from = at + 1;
			if (character === ')') break;
		} else if (/[)\]}]/.test(character) || (character === '>' && code[at - 1] !== '=')) depth--;
	}
	// A comma at the end is no parameter.
	return parameters.at(-1)?.trim() === '' ? parameters.slice(0, -1) : parameters;
}

function openingOf(code: string, closing: number): number {
	let depth = 0;
	for (let at = closing; at >= 0; at--) {
		if (code[at] === ')') depth++;
		else if (code[at] === '(' && --depth === 0) return at;
	}
	return -1;
}
