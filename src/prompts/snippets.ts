import { type Snippet } from '../generation';

/** Line comment by file name extension; slashes for everything else. */
const markers: Readonly<Record<string, string>> = {
	...Object.fromEntries(
		['py', 'sh', 'bash', 'rb', 'yml', 'yaml', 'toml', 'r', 'pl', 'ps1', 'dockerfile', 'mk'].map(name => [name, '#']),
	),
	...Object.fromEntries(['sql', 'lua', 'hs', 'elm'].map(name => [name, '--'])),
	...Object.fromEntries(['tex', 'erl', 'm'].map(name => [name, '%'])),
	...Object.fromEntries(['clj', 'lisp', 'el', 'ini', 'asm'].map(name => [name, ';'])),
};

/** Snippets as comments of the file's language, for the start of the prefix; the most relevant stands nearest to the code. */
export function snippetComments(snippets: readonly Snippet[], extension: string): string {
	const marker = markers[extension.toLowerCase()] ?? '//';
	return [...snippets]
		.reverse()
		.map(({ path, text }) =>
			[`Path: ${path}`, ...text.trimEnd().split(/\r?\n/)].map(line => `${marker} ${line}`.trimEnd() + '\n').join(''),
		)
		.join('');
}
