import { badModel, isObject } from './checks';

/** GPT-2's split pattern (openai/gpt-2, encoder.py), which `ByteLevel` pre-tokenizers imply. */
export const gpt2Pattern = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

const maxPatternLength = 10_000;
const maxDepth = 64;

/**
 * Refuses regular expressions that can take exponential time: an unbounded repetition of a group that itself repeats or
 * chooses. A running expression cannot be interrupted, and no published tokenizer needs one.
 * @throws GenerationError badModel
 */
export function refuseSlowPatterns(value: unknown, file: string, depth = 0): void {
	if (depth > maxDepth) throw badModel(file, 'is nested too deeply');
	if (Array.isArray(value)) for (const entry of value) refuseSlowPatterns(entry, file, depth + 1);
	if (!isObject(value)) return;
	for (const [key, entry] of Object.entries(value)) {
		if (key === 'Regex' && typeof entry === 'string') {
			if (entry.length > maxPatternLength || repeatsVaryingGroup(entry))
				throw badModel(file, `the pattern ${JSON.stringify(entry.slice(0, 80))} could run forever`);
		} else refuseSlowPatterns(entry, file, depth + 1);
	}
}

/** Whether a group with a repetition or an alternative inside is repeated without a bound. */
export function repeatsVaryingGroup(source: string): boolean {
	const varying: boolean[] = [false];
	for (const { text, groupOpens, groupCloses } of tokensOf(source)) {
		if (groupOpens) varying.push(false);
		else if (groupCloses) {
			const inner = varying.pop() ?? false;
			const repeat = /^\)(?:[*+]|\{\d+,\})/.exec(text);
			if (inner && repeat) return true;
			varying[varying.length - 1] ||= inner || text.length > 1;
		} else if (/^(?:\||[*+?]|\{\d*,\d*\})$/.test(text)) varying[varying.length - 1] = true;
	}
	return false;
}

interface PatternToken {
	readonly text: string;
	readonly groupOpens: boolean;
	readonly groupCloses: boolean;
}

/** Escapes, classes, group openings, closings with their quantifier, quantifiers, single characters. */
function* tokensOf(source: string): Generator<PatternToken> {
	const token =
		/\\[pP]\{[^}]*\}|\\[^]|\[(?:\\[^]|[^\]\\])*\]|\((?:\?(?:[:=!>]|<[=!]|[a-z]*:))?|\)(?:[*+?]|\{\d*,?\d*\})?|\{\d*,?\d*\}|[^]/gu;
	for (const [text] of source.matchAll(token)) {
		yield { text, groupOpens: text.startsWith('('), groupCloses: text.startsWith(')') };
	}
}

/**
 * The JavaScript form of a split pattern written for Oniguruma, or undefined when they might disagree. Only what published
 * byte-level vocabularies use is translated; everything else goes to the tokenizer library, which knows more.
 */
export function toJavaScriptPattern(source: string): RegExp | undefined {
	const expanded = source.replace(/\(\?i:([^()[\]\\]*)\)/gu, (_, body: string) => `(?:${ignoreCase(body)})`);
	let pattern = '';
	for (const { text } of tokensOf(expanded)) {
		const translated = translateToken(text);
		if (translated === undefined) return undefined;
		pattern += translated;
	}
	try {
		return new RegExp(pattern, 'gu');
	} catch {
		return undefined;
	}
}

/** Letters of `'s|'t|'ll` in both cases, with the two letters outside ASCII that fold to ASCII ones. */
function ignoreCase(body: string): string {
	return body.replace(/[A-Za-z]/g, letter => {
		const lower = letter.toLowerCase();
		const folded = lower === 's' ? '\u017f' : lower === 'k' ? '\u212a' : '';
		return `[${lower}${lower.toUpperCase()}${folded}]`;
	});
}

function translateToken(text: string): string | undefined {
	if (text.startsWith('[')) return translateClass(text);
	if (text.startsWith('(')) return ['(', '(?:', '(?=', '(?!'].includes(text) ? text : undefined;
	if (text.startsWith('\\')) return translateEscape(text);
	// Anchors and the dot mean other things in Oniguruma; "++" would be possessive, which the next token shows as a lone "+".
	return text === '.' || text === '^' || text === '$' ? undefined : text;
}

function translateClass(text: string): string | undefined {
	// Oniguruma nests and intersects classes; a plain class has neither an inner bracket nor &&.
	if (/(?<!\\)\[/.test(text.slice(1)) || text.includes('&&')) return undefined;
	let result = '';
	for (const [part] of text.matchAll(/\\[pP]\{[^}]*\}|\\[^]|[^]/gu)) {
		const translated = part.startsWith('\\') ? translateEscape(part) : part;
		if (translated === undefined) return undefined;
		result += translated;
	}
	return result;
}

/** Unicode white space and digits, as the Rust library's engine has them; JavaScript's \s adds U+FEFF and lacks U+0085. */
function translateEscape(text: string): string | undefined {
	const renamed: Readonly<Record<string, string>> = {
		'\\s': '\\p{White_Space}',
		'\\S': '\\P{White_Space}',
		'\\d': '\\p{Nd}',
		'\\D': '\\P{Nd}',
	};
	if (renamed[text]) return renamed[text];
	if (/^\\[pP]\{/.test(text) || /^\\[rntfv]$/.test(text)) return text;
	return /^\\[A-Za-z0-9]$/.test(text) ? undefined : text;
}
