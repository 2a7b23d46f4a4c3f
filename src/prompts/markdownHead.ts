import { CORE_SCHEMA, load, YAMLException } from 'js-yaml';
import { findHiddenCharacters } from './hiddenCharacters';
import { TemplateError } from './templateError';

/** The YAML between two lines of `---` at the start of a Markdown file, by key, and where it stands. */
export interface Head {
	readonly file: string;
	readonly yaml: string;
	readonly entries: ReadonlyMap<string, unknown>;
}

const maxCharacters = 64 * 1024;
const maxHeadCharacters = 16 * 1024;

/**
 * The text of a file that tells a model what to do, without its byte order mark and with plain line ends.
 * @throws TemplateError when it is too long or hides characters
 */
export function readInstructionFile(path: string, fileText: string): string {
	const text = fileText.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
	if (text.length > maxCharacters) {
		const reason = `The file has ${text.length} characters; the limit is ${maxCharacters}. Make it shorter.`;
		throw new TemplateError('tooLarge', path, 1, reason);
	}
	const [hidden] = findHiddenCharacters(text);
	if (hidden) {
		const reason = `Column ${hidden.column} holds an invisible character (${hidden.codePoint}) that could hide an instruction. Delete it.`;
		throw new TemplateError('hiddenCharacters', path, hidden.line, reason);
	}
	return text;
}

/**
 * Splits a file into its head and its body. YAML is read with the core schema: plain data, no tags.
 * @throws TemplateError when there is no head, it is no YAML, or has a key that is not in `keys`
 */
export function splitHead(
	file: string,
	text: string,
	keys: readonly string[],
): { readonly head: Head; readonly bodyLine: number; readonly body: string } {
	const match = /^---[ \t]*\n([\s\S]*?)^---[ \t]*(?:\n|$)/m.exec(text);
	if (match?.index !== 0) {
		const reason = 'The file must start with front matter: a line of ---, "name: ..." and a second line of ---.';
		throw new TemplateError('noFrontMatter', file, 1, reason);
	}
	const yaml = match[1]!;
	const head: Head = { file, yaml, entries: parseYaml(file, yaml) };
	for (const key of head.entries.keys()) {
		if (keys.includes(key)) continue;
		const reason = `"${key}" is not known here. Use ${keys.join(', ')}.`;
		throw new TemplateError('unknownKey', file, lineOf(head, key), reason);
	}
	return { head, bodyLine: match[0].split('\n').length, body: text.slice(match[0].length) };
}

/** The name that a file is known by. @throws TemplateError badValue */
export function readName(head: Head): string {
	const name = readString(head, 'name');
	if (!/^[a-z][a-z0-9-]{0,63}$/.test(name))
		throw badValue(head, 'name', 'must be a word of lower-case letters, digits and hyphens, such as "translate"');
	return name;
}

/** @throws TemplateError badValue */
export function readString(head: Head, key: string, fallback?: string): string {
	const value = head.entries.get(key) ?? fallback;
	if (typeof value !== 'string' || value.length > 500)
		throw badValue(head, key, 'must be text of at most 500 characters');
	return value;
}

/** A value that cannot be, with the line of its key. */
export function badValue(head: Head, key: string, rule: string): TemplateError {
	return new TemplateError('badValue', head.file, lineOf(head, key), `"${key}" ${rule}.`);
}

function parseYaml(file: string, yaml: string): ReadonlyMap<string, unknown> {
	if (yaml.length > maxHeadCharacters) {
		const reason = `The front matter is longer than ${maxHeadCharacters} characters. Make it shorter.`;
		throw new TemplateError('tooLarge', file, 1, reason);
	}
	let value: unknown;
	try {
		value = load(yaml, { schema: CORE_SCHEMA });
	} catch (error) {
		if (!(error instanceof YAMLException)) throw error;
		// The mark counts from 0 and the first line of YAML is line 2 of the file.
		const line = (error.mark?.line ?? 0) + 2;
		throw new TemplateError('badYaml', file, line, `The front matter is not valid YAML: ${error.reason}.`);
	}
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw new TemplateError('badYaml', file, 2, 'The front matter must be a list of "key: value" lines.');
	}
	return new Map(Object.entries(value));
}

/** Line of a key in the file; the front matter's first line where it is missing. */
function lineOf(head: Head, key: string): number {
	const index = head.yaml.split('\n').findIndex(line => line.startsWith(`${key}:`) || line.startsWith(`"${key}"`));
	return index < 0 ? 1 : index + 2;
}
