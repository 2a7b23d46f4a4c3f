import { isObject, type JsonObject } from './checks';
import { gpt2Pattern, toJavaScriptPattern } from './patterns';

/** Splits text into the pieces that merging may not cross. The pieces, joined, are the text. */
export type PreTokenizer = (text: string) => string[];

/** The pre-tokenizer of a byte-level vocabulary, or undefined when it is one that only the tokenizer library knows. */
export function byteLevelPreTokenizer(config: unknown): PreTokenizer | undefined {
	const patterns = patternsOf(config);
	if (!patterns) return undefined;
	return text =>
		patterns.reduce<string[]>((pieces, pattern) => pieces.flatMap(piece => isolate(piece, pattern)), [text]);
}

/** The split patterns in order; the last step must be `ByteLevel`, since that is what makes the vocabulary one of bytes. */
function patternsOf(config: unknown): RegExp[] | undefined {
	if (!isObject(config)) return undefined;
	const steps: unknown = config.type === 'Sequence' ? config.pretokenizers : [config];
	if (!Array.isArray(steps) || steps.length === 0) return undefined;
	const patterns: RegExp[] = [];
	for (const [index, step] of steps.entries()) {
		const found = isObject(step) ? stepPatterns(step, index === steps.length - 1) : undefined;
		if (!found) return undefined;
		patterns.push(...found);
	}
	return patterns;
}

function stepPatterns(step: JsonObject, last: boolean): RegExp[] | undefined {
	if (last) {
		if (step.type !== 'ByteLevel' || step.add_prefix_space === true) return undefined;
		return step.use_regex === false ? [] : compile(gpt2Pattern);
	}
	if (step.type === 'Digits') return compile(step.individual_digits === true ? '\\p{N}' : '\\p{N}+');
	if (step.type !== 'Split' || step.behavior !== 'Isolated' || step.invert === true) return undefined;
	const { Regex: source, String: literal } = isObject(step.pattern) ? step.pattern : {};
	if (typeof literal === 'string' && literal !== '')
		return [new RegExp(literal.replace(/[\\^$*+?.()|[\]{}/]/g, '\\$&'), 'gu')];
	return typeof source === 'string' ? compile(source) : undefined;
}

function compile(source: string): RegExp[] | undefined {
	const pattern = toJavaScriptPattern(source);
	return pattern && [pattern];
}

/** Matches and what stands between them, in order. */
function isolate(text: string, pattern: RegExp): string[] {
	const pieces: string[] = [];
	let end = 0;
	for (const match of text.matchAll(pattern)) {
		if (match[0] === '') continue;
		if (match.index > end) pieces.push(text.slice(end, match.index));
		pieces.push(match[0]);
		end = match.index + match[0].length;
	}
	if (end < text.length) pieces.push(text.slice(end));
	return pieces;
}
