import { CORE_SCHEMA, load, YAMLException } from 'js-yaml';
import { TemplateError } from './templateError';

/**
 * What happens to a text that does not fit the model: `combine` works on its parts and puts the answers together,
 * `each` gives the answers to the parts in order, `start` and `end` keep the start or the end of the text.
 */
export type LongText = 'combine' | 'each' | 'start' | 'end';

/** The head of a template file, between two lines of `---`. */
export interface FrontMatter {
	/** The task, 'translate': lower-case letters, digits and hyphens. */
	readonly name: string;
	readonly title: string;
	readonly description: string;
	/** Longest answer of one call to the model. */
	readonly maxTokens: number;
	/** 0 to 2; 0 always takes the likeliest token. */
	readonly temperature: number;
	readonly longText: LongText;
	readonly stop: readonly string[];
	/** Names that may be used as `{{name}}`, with their defaults. */
	readonly values: Readonly<Record<string, string>>;
}

interface Head {
	readonly file: string;
	readonly yaml: string;
	readonly entries: ReadonlyMap<string, unknown>;
}

const keys = ['name', 'title', 'description', 'maxTokens', 'temperature', 'longText', 'stop', 'values'];
const maxHeadCharacters = 16 * 1024;

/**
 * Splits a template file into its checked head and its body. YAML is read with the core schema: plain data, no tags.
 * @throws TemplateError
 */
export function readFrontMatter(
	file: string,
	text: string,
): { frontMatter: FrontMatter; bodyLine: number; body: string } {
	const match = /^---[ \t]*\n([\s\S]*?)^---[ \t]*(?:\n|$)/m.exec(text);
	if (match?.index !== 0) {
		const reason = 'The file must start with front matter: a line of ---, "name: ..." and a second line of ---.';
		throw new TemplateError('noFrontMatter', file, 1, reason);
	}
	const yaml = match[1]!;
	const head: Head = { file, yaml, entries: parseYaml(file, yaml) };
	for (const key of head.entries.keys()) {
		if (!keys.includes(key)) {
			throw new TemplateError(
				'unknownKey',
				file,
				lineOf(head, key),
				`"${key}" is not known here. Use ${keys.join(', ')}.`,
			);
		}
	}
	const body = text.slice(match[0].length);
	const bodyLine = match[0].split('\n').length;
	return { frontMatter: toFrontMatter(head), bodyLine, body };
}

function parseYaml(file: string, yaml: string): ReadonlyMap<string, unknown> {
	if (yaml.length > maxHeadCharacters) {
		throw new TemplateError(
			'tooLarge',
			file,
			1,
			`The front matter is longer than ${maxHeadCharacters} characters. Make it shorter.`,
		);
	}
	let value: unknown;
	try {
		value = load(yaml, { schema: CORE_SCHEMA });
	} catch (error) {
		if (!(error instanceof YAMLException)) throw error;
		// The mark counts from 0 and the first line of YAML is line 2 of the file.
		throw new TemplateError(
			'badYaml',
			file,
			(error.mark?.line ?? 0) + 2,
			`The front matter is not valid YAML: ${error.reason}.`,
		);
	}
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw new TemplateError('badYaml', file, 2, 'The front matter must be a list of "key: value" lines.');
	}
	return new Map(Object.entries(value));
}

function toFrontMatter(head: Head): FrontMatter {
	const name = readString(head, 'name');
	if (!/^[a-z][a-z0-9-]{0,63}$/.test(name)) {
		throw bad(head, 'name', 'must be a word of lower-case letters, digits and hyphens, such as "translate"');
	}
	return {
		name,
		title: readString(head, 'title', name),
		description: readString(head, 'description', ''),
		maxTokens: readNumber(head, 'maxTokens', { fallback: 512, minimum: 1, maximum: 32_768, whole: true }),
		temperature: readNumber(head, 'temperature', { fallback: 0.3, minimum: 0, maximum: 2, whole: false }),
		longText: readLongText(head),
		stop: readStop(head),
		values: readValues(head),
	};
}

function readString(head: Head, key: string, fallback?: string): string {
	const value = head.entries.get(key) ?? fallback;
	if (typeof value !== 'string' || value.length > 500) throw bad(head, key, 'must be text of at most 500 characters');
	return value;
}

interface NumberRule {
	readonly fallback: number;
	readonly minimum: number;
	readonly maximum: number;
	readonly whole: boolean;
}

function readNumber(head: Head, key: string, rule: NumberRule): number {
	const value = head.entries.get(key) ?? rule.fallback;
	const fits = typeof value === 'number' && value >= rule.minimum && value <= rule.maximum;
	if (!fits || (rule.whole && !Number.isInteger(value))) {
		throw bad(head, key, `must be a ${rule.whole ? 'whole ' : ''}number from ${rule.minimum} to ${rule.maximum}`);
	}
	return value;
}

function readLongText(head: Head): LongText {
	const value = head.entries.get('longText') ?? 'combine';
	if (value === 'combine' || value === 'each' || value === 'start' || value === 'end') return value;
	throw bad(head, 'longText', 'must be combine, each, start or end');
}

function readStop(head: Head): readonly string[] {
	const value: unknown = head.entries.get('stop') ?? [];
	if (Array.isArray(value) && value.length <= 16 && value.every(item => typeof item === 'string' && item !== '')) {
		return value as readonly string[];
	}
	throw bad(head, 'stop', 'must be a list of at most 16 texts');
}

function readValues(head: Head): Readonly<Record<string, string>> {
	const value: unknown = head.entries.get('values') ?? {};
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw bad(head, 'values', 'must be "name: default" lines');
	}
	return Object.fromEntries(
		Object.entries(value as Record<string, unknown>).map(([name, given]) => {
			if (!/^[a-z][A-Za-z0-9]{0,63}$/.test(name))
				throw bad(head, 'values', `has the name "${name}"; use letters and digits`);
			if (typeof given === 'string') return [name, given];
			if (typeof given === 'number' || typeof given === 'boolean') return [name, String(given)];
			if (given === null) return [name, ''];
			throw bad(head, 'values', `gives "${name}" a list; use text, a number, true or false`);
		}),
	);
}

function bad(head: Head, key: string, rule: string): TemplateError {
	return new TemplateError('badValue', head.file, lineOf(head, key), `"${key}" ${rule}.`);
}

/** Line of a key in the file; the front matter's first line where it is missing. */
function lineOf(head: Head, key: string): number {
	const index = head.yaml.split('\n').findIndex(line => line.startsWith(`${key}:`) || line.startsWith(`"${key}"`));
	return index < 0 ? 1 : index + 2;
}
