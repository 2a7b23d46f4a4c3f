/** Where the words of one line of a comment stand; offsets in the text, markers and white space outside. */
export interface CommentLine {
	readonly start: number;
	readonly end: number;
}

interface CommentSyntax {
	readonly line: readonly string[];
	readonly block: readonly (readonly [string, string])[];
	/** Quotes of strings, which may contain comment markers. A string in double or single quotes ends with its line. */
	readonly quotes: string;
}

const slashes: CommentSyntax = { line: ['//'], block: [['/*', '*/']], quotes: '"\'`' };
const hashes: CommentSyntax = { line: ['#'], block: [], quotes: '"\'' };
const python: CommentSyntax = {
	line: ['#'],
	block: [
		['"""', '"""'],
		["'''", "'''"],
	],
	quotes: '"\'',
};
const dashes: CommentSyntax = { line: ['--'], block: [['/*', '*/']], quotes: '"\'' };
const lua: CommentSyntax = { line: ['--'], block: [['--[[', ']]']], quotes: '"\'' };
const powershell: CommentSyntax = { line: ['#'], block: [['<#', '#>']], quotes: '"\'' };
const styles: CommentSyntax = { line: [], block: [['/*', '*/']], quotes: '"\'' };
const markup: CommentSyntax = { line: [], block: [['<!--', '-->']], quotes: '' };
const semicolons: CommentSyntax = { line: [';'], block: [], quotes: '"' };

/** Language ids of VS Code; whatever is not here is prose. */
const syntaxes = new Map<string, CommentSyntax>([
	...[
		'typescript',
		'typescriptreact',
		'javascript',
		'javascriptreact',
		'java',
		'c',
		'cpp',
		'csharp',
		'go',
		'rust',
		'swift',
	].map(id => [id, slashes] as const),
	...[
		'kotlin',
		'scala',
		'php',
		'dart',
		'jsonc',
		'json',
		'proto',
		'proto3',
		'groovy',
		'objective-c',
		'objective-cpp',
		'cuda-cpp',
	].map(id => [id, slashes] as const),
	...['scss', 'less', 'fsharp', 'zig', 'solidity', 'svelte', 'vue'].map(id => [id, slashes] as const),
	...[
		'ruby',
		'shellscript',
		'perl',
		'perl6',
		'yaml',
		'toml',
		'makefile',
		'dockerfile',
		'r',
		'elixir',
		'coffeescript',
		'julia',
		'ini',
		'properties',
		'cmake',
	].map(id => [id, hashes] as const),
	...['sql', 'haskell', 'elm', 'ada'].map(id => [id, dashes] as const),
	['python', python],
	['lua', lua],
	['powershell', powershell],
	['css', styles],
	...['html', 'xml', 'xsl', 'svg'].map(id => [id, markup] as const),
	...['clojure', 'lisp', 'scheme', 'asm'].map(id => [id, semicolons] as const),
]);

/** Whether documents of this language are source code, where only comments are language. */
export function isSourceCode(languageId: string): boolean {
	return syntaxes.has(languageId);
}

/** The words of every comment, line by line, in order. Tool directives, licences' rulers and the like are left out. */
export function commentLines(text: string, languageId: string): readonly CommentLine[] {
	const syntax = syntaxes.get(languageId);
	if (!syntax) return [];
	const lines: CommentLine[] = [];
	for (let index = 0; index < text.length;) {
		const block = syntax.block.find(([open]) => text.startsWith(open, index) && mayOpen(open, text, index));
		const line = block
			? undefined
			: syntax.line.find(open => text.startsWith(open, index) && mayOpen(open, text, index));
		if (block) {
			const close = text.indexOf(block[1], index + block[0].length);
			const end = close < 0 ? text.length : close;
			pushLines(text, index + block[0].length, end, lines);
			index = end + block[1].length;
		} else if (line) {
			const end = endOfLine(text, index);
			pushLines(text, index + line.length, end, lines);
			index = end;
		} else index = skipCode(text, index, syntax);
	}
	return lines;
}

/** A docstring stands alone on its line; `#` and `--` begin a comment only behind white space or at the line's start. */
function mayOpen(open: string, text: string, index: number): boolean {
	const before = text.slice(text.lastIndexOf('\n', index - 1) + 1, index);
	if (open === '"""' || open === "'''") return /^\s*[rRuU]?$/.test(before);
	if (open === '#' || open === '--') return before === '' || /\s$/.test(before);
	return true;
}

function skipCode(text: string, index: number, syntax: CommentSyntax): number {
	const character = text[index]!;
	if (character === '\\') return index + 2;
	if (!syntax.quotes.includes(character)) return index + 1;
	if (text.startsWith(character.repeat(3), index)) {
		const close = text.indexOf(character.repeat(3), index + 3);
		return close < 0 ? text.length : close + 3;
	}
	for (let end = index + 1; end < text.length; end++) {
		if (text[end] === '\\') end++;
		else if (text[end] === character) return end + 1;
		else if (text[end] === '\n' && character !== '`') return end;
	}
	return text.length;
}

/** Directives for tools look like comments; translating or summarizing them would break or bore. */
const directive =
	/^(?:!|eslint|tslint|prettier|biome|@ts-|ts-|istanbul|c8 |v8 |#?(?:end)?region|noqa|type:|pylint|pragma|nolint|go:|\+build|SPDX|<reference|[-=*_#/~ ]+$)/i;

function pushLines(text: string, start: number, end: number, lines: CommentLine[]): void {
	for (let from = start; from < end;) {
		const stop = Math.min(end, endOfLine(text, from));
		const marker =
			/^[\s*/!#;-]*(?:@(?:param|arg|property|prop|template)\s+(?:\{[^}]*\}\s+)?\[?[\w$.]+\]?\s*(?:-\s+)?|@\w+\s+(?:\{[^}]*\}\s*)?)?/.exec(
				text.slice(from, stop),
			)![0].length;
		const words = text.slice(from + marker, stop).trimEnd();
		const raw = text.slice(from, stop).trim();
		if (/\p{L}/u.test(words) && !directive.test(raw))
			lines.push({ start: from + marker, end: from + marker + words.length });
		from = stop + 1;
	}
}

function endOfLine(text: string, index: number): number {
	const end = text.indexOf('\n', index);
	return end < 0 ? text.length : end;
}
