import { badValue, readName, readString, splitHead, type Head } from './markdownHead';

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

const keys = ['name', 'title', 'description', 'maxTokens', 'temperature', 'longText', 'stop', 'values'];

/**
 * Splits a template file into its checked head and its body.
 * @throws TemplateError
 */
export function readFrontMatter(
	file: string,
	text: string,
): { frontMatter: FrontMatter; bodyLine: number; body: string } {
	const { head, bodyLine, body } = splitHead(file, text, keys);
	return { frontMatter: toFrontMatter(head), bodyLine, body };
}

function toFrontMatter(head: Head): FrontMatter {
	const name = readName(head);
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
		throw badValue(head, key, `must be a ${rule.whole ? 'whole ' : ''}number from ${rule.minimum} to ${rule.maximum}`);
	}
	return value;
}

function readLongText(head: Head): LongText {
	const value = head.entries.get('longText') ?? 'combine';
	if (value === 'combine' || value === 'each' || value === 'start' || value === 'end') return value;
	throw badValue(head, 'longText', 'must be combine, each, start or end');
}

function readStop(head: Head): readonly string[] {
	const value: unknown = head.entries.get('stop') ?? [];
	if (Array.isArray(value) && value.length <= 16 && value.every(item => typeof item === 'string' && item !== '')) {
		return value as readonly string[];
	}
	throw badValue(head, 'stop', 'must be a list of at most 16 texts');
}

function readValues(head: Head): Readonly<Record<string, string>> {
	const value: unknown = head.entries.get('values') ?? {};
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw badValue(head, 'values', 'must be "name: default" lines');
	}
	return Object.fromEntries(
		Object.entries(value as Record<string, unknown>).map(([name, given]) => {
			if (!/^[a-z][A-Za-z0-9]{0,63}$/.test(name))
				throw badValue(head, 'values', `has the name "${name}"; use letters and digits`);
			if (typeof given === 'string') return [name, given];
			if (typeof given === 'number' || typeof given === 'boolean') return [name, String(given)];
			if (given === null) return [name, ''];
			throw badValue(head, 'values', `gives "${name}" a list; use text, a number, true or false`);
		}),
	);
}
