import { visibleWidth } from '../characters';
import { type CommentStyle } from './docLanguage';

/** Columns a line of a comment may take, its indentation included. */
const lastColumn = 100;
const narrowest = 40;

/** The words of a model's answer, without the comment marks, code fences and quotes that some models put around them. */
export function wordsOf(answer: string): string {
	const lines = answer
		.replaceAll('\r', '')
		.split('\n')
		.filter(line => !/^\s*(?:```|~~~)/.test(line))
		.map(line => line.replace(/^\s*(?:\/\*\*?|\*\/|\*(?=\s|$)|\/\/[/!]?|#)\s?/, '').replace(/\s*\*\/\s*$/, ''));
	const text = lines.join('\n').trim();
	const unquoted = /^[rRuU]?("""|''')([\s\S]*?)(?:\1)?$/.exec(text)?.[2] ?? text;
	return unquoted
		.split('\n')
		.map(line => line.trimEnd())
		.join('\n')
		.replace(/\n{3,}/g, '\n\n')
		.trim();
}

/**
 * A whole doc comment in lines without indentation. One line where it fits, else as the language's writers are used to.
 * @param indentColumns columns the comment is indented by
 */
export function commentLines(words: string, style: CommentStyle, indentColumns: number): readonly string[] {
	const room = Math.max(narrowest, lastColumn - indentColumns);
	switch (style.kind) {
		case 'block':
			return block(words.replaceAll('*/', '* /'), room);
		case 'docstring':
			return docstring(words, room);
		case 'lines':
			return wrap(words, room - style.marker.length - 1).map(line => `${style.marker} ${line}`.trimEnd());
	}
}

function block(words: string, room: number): readonly string[] {
	const single = `/** ${words} */`;
	if (!words.includes('\n') && visibleWidth(single) <= room) return [single];
	return ['/**', ...wrap(words, room - 3).map(line => ` * ${line}`.trimEnd()), ' */'];
}

function docstring(words: string, room: number): readonly string[] {
	const escaped = words.replaceAll('"""', "'''");
	const opening = escaped.includes('\\') ? 'r"""' : '"""';
	const lines = wrap(escaped, room - opening.length);
	const last = lines.at(-1) ?? '';
	// A quote or backslash right before the closing quotes would belong to them.
	const closing = /["\\]$/.test(last) ? ' """' : '"""';
	if (lines.length === 1 && visibleWidth(opening + last + closing) <= room) return [opening + last + closing];
	return [opening + (lines[0] ?? ''), ...lines.slice(1), '"""'];
}

/** Breaks lines at spaces; a word that is longer than a line stays whole. */
function wrap(words: string, room: number): readonly string[] {
	return words.split('\n').flatMap(line => {
		const lines: string[] = [];
		let current = '';
		for (const word of line.split(/ +/)) {
			const longer = current === '' ? word : `${current} ${word}`;
			if (current !== '' && visibleWidth(longer) > room) {
				lines.push(current);
				current = word;
			} else current = longer;
		}
		return [...lines, current];
	});
}
