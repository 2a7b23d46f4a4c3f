import { extname } from 'node:path';

/** VS Code's language ids of file name extensions where they differ from the extension itself. */
const idsByExtension: Readonly<Record<string, string>> = {
	bash: 'shellscript',
	bat: 'bat',
	c: 'c',
	cc: 'cpp',
	cjs: 'javascript',
	cpp: 'cpp',
	cs: 'csharp',
	cts: 'typescript',
	cxx: 'cpp',
	fs: 'fsharp',
	h: 'c',
	hpp: 'cpp',
	htm: 'html',
	js: 'javascript',
	jsx: 'javascriptreact',
	kt: 'kotlin',
	m: 'objective-c',
	markdown: 'markdown',
	md: 'markdown',
	mjs: 'javascript',
	mts: 'typescript',
	pl: 'perl',
	ps1: 'powershell',
	py: 'python',
	pyi: 'python',
	rb: 'ruby',
	rs: 'rust',
	sh: 'shellscript',
	ts: 'typescript',
	tsx: 'typescriptreact',
	txt: 'plaintext',
	yml: 'yaml',
};

/** Extension of a file name without the dot, lower case: 'ts'; '' when it has none. */
export function extensionOf(file: string): string {
	return extname(file).slice(1).toLowerCase();
}

/** The language id VS Code would give a file of this extension: 'ts' is 'typescript', 'go' is 'go'. */
export function languageIdOf(extension: string): string {
	if (extension === '') return 'plaintext';
	return idsByExtension[extension] ?? extension;
}

/** The usual extension of a language, for texts that are in no file: 'python' is 'py'. */
export function usualExtension(languageId: string): string {
	const usual = [
		'c',
		'cpp',
		'cs',
		'js',
		'jsx',
		'md',
		'py',
		'rb',
		'rs',
		'sh',
		'ts',
		'tsx',
		'txt',
		'yml',
		'kt',
		'pl',
		'ps1',
		'fs',
		'm',
	];
	return usual.find(extension => idsByExtension[extension] === languageId) ?? languageId;
}
