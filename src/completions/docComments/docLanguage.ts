/** How a language writes what a declaration is for: above it between slashes and stars or behind a marker on every line, or
 * as the first statement of its body. */
export type CommentStyle =
	{ readonly kind: 'block' } | { readonly kind: 'lines'; readonly marker: string } | { readonly kind: 'docstring' };

/** A start of a declaration that ends before its parameters, and what has to follow behind them. */
export interface CallableHeader {
	/** Matches up to the opening parenthesis. */
	readonly before: RegExp;
	readonly behind: RegExp;
}

/** What it takes to find the functions, methods and classes of a language line by line. */
export interface DocLanguage {
	readonly style: CommentStyle;
	/** First lines of declarations, sure from the line alone. */
	readonly headers: readonly RegExp[];
	/** First lines that look like calls until their parameters end. */
	readonly callables: readonly CallableHeader[];
	/** Lines that belong to the declaration below them: decorators, annotations, attributes. */
	readonly decorator: RegExp;
	readonly body: 'braces' | 'indentation';
}

const modifiers = '(?:(?:public|private|protected|static|readonly|override|abstract|async|get|set|declare)\\s+)*';
const statement = '(?:if|for|while|switch|catch|with|return|function|super|new|await|typeof|else|do|throw|yield)\\b';
const name = '(?:#?[\\w$]+|\\[[^\\]]+\\])';
const inlineDecorators = '(?:@[\\w$.]+(?:\\([^()]*\\))?\\s+)*';
const exported = `^\\s*${inlineDecorators}` + '(?:export\\s+)?(?:default\\s+)?(?:declare\\s+)?';
const arrow = /^\s*(?::.*)?=>/;

const script: DocLanguage = {
	style: { kind: 'block' },
	headers: [
		new RegExp(`${exported}(?:async\\s+)?function\\b`),
		new RegExp(`${exported}(?:abstract\\s+)?(?:const\\s+)?(?:class|interface|enum)\\b(?!\\s*[=:(.,;)])`),
		new RegExp(`${exported}(?:const|let|var)\\s+[\\w$]+[^=(]*=\\s*(?:async\\s+)?(?:function\\b|[\\w$]+\\s*=>)`),
		new RegExp(
			`^\\s*${inlineDecorators}${modifiers}${name}\\s*(?::[^=(]+)?[:=]\\s*(?:async\\s+)?(?:function\\b|[\\w$]+\\s*=>)`,
		),
	],
	callables: [
		{
			before: new RegExp(`${exported}(?:const|let|var)\\s+[\\w$]+[^=(]*=\\s*(?:async\\s*)?(?:<[^(]*>\\s*)?(?=\\()`),
			behind: arrow,
		},
		{
			before: new RegExp(
				`^\\s*${inlineDecorators}${modifiers}${name}\\s*(?::[^=(]+)?[:=]\\s*(?:async\\s*)?(?:<[^(]*>\\s*)?(?=\\()`,
			),
			behind: arrow,
		},
		{
			before: new RegExp(
				`^\\s*${inlineDecorators}${modifiers}\\*?\\s*(?!${statement})${name}\\??\\s*(?:<[^(]*>\\s*)?(?=\\()`,
			),
			behind: /^\s*(?:\{|:\s*\S)/,
		},
	],
	decorator: /^\s*@/,
	body: 'braces',
};

const python: DocLanguage = {
	style: { kind: 'docstring' },
	headers: [/^\s*(?:async\s+)?def\s+\w+/, /^\s*class\s+\w+/],
	callables: [],
	decorator: /^\s*@/,
	body: 'indentation',
};

const java: DocLanguage = {
	style: { kind: 'block' },
	headers: [
		/^\s*(?:(?:public|private|protected|static|final|abstract|sealed|strictfp)\s+)*(?:class|interface|enum|record)\s+\w+/,
	],
	callables: [
		{
			before:
				/^\s*(?:(?:public|private|protected|static|final|abstract|synchronized|native|default)\s+)*(?:<[^(]*>\s*)?(?!(?:return|new|throw|else|await|case)\b)[\w.]+(?:<[^(]*>)?(?:\[\])*\s+\w+\s*(?=\()/,
			behind: /^\s*(?:\{|throws\b)/,
		},
	],
	decorator: /^\s*@/,
	body: 'braces',
};

const go: DocLanguage = {
	style: { kind: 'lines', marker: '//' },
	headers: [/^func\b/, /^type\s+\w+\s+(?:struct|interface)\b/],
	callables: [],
	decorator: /^\/\/go:/,
	body: 'braces',
};

const rust: DocLanguage = {
	style: { kind: 'lines', marker: '///' },
	headers: [
		/^\s*(?:pub(?:\([^)]*\))?\s+)?(?:(?:default|const|async|unsafe|extern(?:\s+"[^"]*")?)\s+)*(?:fn|struct|enum|trait|union)\s+\w+/,
	],
	callables: [],
	decorator: /^\s*#\[/,
	body: 'braces',
};

const languages = new Map<string, DocLanguage>([
	...['typescript', 'typescriptreact', 'javascript', 'javascriptreact'].map(id => [id, script] as const),
	['python', python],
	['java', java],
	['go', go],
	['rust', rust],
]);

/** Ids of the languages whose declarations can be documented. */
export const documentedLanguageIds: readonly string[] = [...languages.keys()];

/** The facts of a language by VS Code's id; undefined where doc comments are not written. */
export function docLanguageOf(languageId: string): DocLanguage | undefined {
	return languages.get(languageId);
}
