/** What the trims need to know about a language's text. */
export interface Syntax {
	readonly kind: 'code' | 'prose';
	/** Characters that open and close strings; '' where an apostrophe is just an apostrophe. */
	readonly quotes: string;
	readonly lineComment: string | undefined;
	readonly blockComments: boolean;
}

const proseLanguages = new Set([
	'markdown',
	'plaintext',
	'restructuredtext',
	'asciidoc',
	'latex',
	'tex',
	'git-commit',
	'scminput',
	'quarto',
	'rmd',
	'typst',
]);

const hashComments = new Set([
	'python',
	'ruby',
	'shellscript',
	'yaml',
	'dockercompose',
	'toml',
	'dockerfile',
	'makefile',
	'r',
	'perl',
	'powershell',
	'elixir',
	'properties',
	'julia',
	'coffeescript',
	'cmake',
	'nix',
]);

const dashComments = new Set(['sql', 'lua', 'haskell', 'elm', 'ada', 'vhdl']);

/** Where a single quote does not open a string. */
const noSingleQuote = new Set(['rust', 'haskell', 'ocaml', 'lisp', 'clojure', 'scheme', 'html', 'xml', 'yaml', 'vb']);

/** Rough lexical facts of a language by VS Code's id; unknown languages read like C. */
export function syntaxOf(languageId: string): Syntax {
	if (proseLanguages.has(languageId)) return proseSyntax;
	const lineComment = hashComments.has(languageId) ? '#' : dashComments.has(languageId) ? '--' : '//';
	return {
		kind: 'code',
		quotes: noSingleQuote.has(languageId) ? '"`' : '"\'`',
		lineComment: languageId === 'html' || languageId === 'css' || languageId === 'xml' ? undefined : lineComment,
		blockComments: lineComment === '//',
	};
}

export const proseSyntax: Syntax = { kind: 'prose', quotes: '', lineComment: undefined, blockComments: false };
