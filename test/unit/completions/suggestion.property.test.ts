import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CompletionItem, type CompletionRequest, defaultCompletionSettings } from '../../../src/completions';
import { type Mode } from '../../../src/completions/mode';
import { Offers } from '../../../src/completions/offer';
import { placeOf } from '../../../src/completions/place';
import { suggestionFrom } from '../../../src/completions/suggestion';
import { accepted, cursorMark, requestAt } from '../../helpers/cursorMark';
import { sureOf } from './trimmed';

const plainPieces = [
	'foo',
	'bar',
	'return',
	' ',
	' ',
	'\t',
	'  ',
	'\n',
	'\n',
	'\n\t',
	'\n\t\t',
	'\n    ',
	'(',
	')',
	'[',
	']',
	'{',
	'}',
	';',
	',',
	' = ',
	'1',
	'=>',
	':',
];
const cjkPieces = ['数据', '我们', '。', '，', '、', '（', '）', '你好', 'é', '😀'];
const markdownPieces = ['# ', '- ', '[link](', 'http://a.b', '**', '|', '$', '\n\n', '> ', '1. '];
const quotedPieces = ['"', "'", '`', '// ', '/* ', ' */', '\\'];

const pieces = (...lists: readonly (readonly string[])[]): fc.Arbitrary<string> =>
	fc.array(fc.constantFrom(...lists.flat()), { maxLength: 24 }).map(list => list.join(''));

interface Case {
	readonly request: CompletionRequest;
	readonly text: string;
	readonly mode: Mode;
	readonly ending: 'complete' | 'cut';
}

/** Half of the texts borrow from the suffix, as models do. */
function cases(text: fc.Arbitrary<string>, languageIds: readonly string[]): fc.Arbitrary<Case> {
	return fc
		.record({
			prefix: text,
			suffix: text,
			own: text,
			borrowed: fc.nat(40),
			languageId: fc.constantFrom(...languageIds),
			insertSpaces: fc.boolean(),
			tabSize: fc.constantFrom(2, 4, 8),
			endOfLine: fc.constantFrom('\n', '\r\n'),
			mode: fc.constantFrom<Mode>('line', 'lineOrBlock', 'block'),
			ending: fc.constantFrom('complete' as const, 'cut' as const),
		})
		.map(({ prefix, suffix, own, borrowed, endOfLine, mode, ending, ...options }) => {
			const marked = `${prefix}${cursorMark}${suffix}`.replaceAll('\n', endOfLine);
			const continued = own + (borrowed % 2 === 0 ? suffix.slice(0, borrowed) : '');
			return { request: requestAt(marked, options), text: continued, mode, ending };
		});
}

function itemFor({ request, text, mode, ending }: Case): CompletionItem | undefined {
	const place = placeOf(request);
	const settings = { ...defaultCompletionSettings, minimumVisibleCharacters: 1 };
	const result = suggestionFrom(sureOf(text, ending), 0, { place, mode, settings, trigger: request.trigger });
	return 'refusal' in result ? undefined : new Offers().itemsFor(place, [result.suggestion])[0];
}

/** Unpaired (), [] and {} of a text without strings. */
function unpaired(text: string): number {
	let count = 0;
	for (const [opener, closer] of ['()', '[]', '{}']) {
		let open = 0;
		for (const character of text) {
			if (character === opener) open++;
			else if (character === closer && open > 0) open--;
			else if (character === closer) count++;
		}
		count += open;
	}
	return count;
}

const isTelling = (text: string): boolean => text.replace(/\s/g, '').length >= 3 && /[\p{L}\p{N}]/u.test(text);

function checkFit(request: CompletionRequest, item: CompletionItem): void {
	const { document, position } = request;
	const after = accepted(request, item);
	const [upTo = '', rest = ''] = after.split(cursorMark);
	const lines = upTo.split(document.endOfLine);
	const inserted = lines.slice(position.line);
	const following = Array.from({ length: document.lineCount - position.line - 1 }, (_, line) =>
		document.lineAt(position.line + 1 + line),
	);
	const next = following.slice(0, 20).find(line => line.trim() !== '');
	if (next !== undefined && isTelling(next)) {
		expect(inserted.map(line => line.trimEnd())).not.toContain(next.trimEnd());
	}
	const lineSuffix = document.lineAt(position.line).slice(position.character).trim();
	if (isTelling(lineSuffix)) expect(item.text.trimEnd().endsWith(lineSuffix)).toBe(false);
	expect(item.text.replaceAll(document.endOfLine, '')).not.toMatch(/[\r\n]/);
	expect(rest.startsWith(document.lineAt(position.line).slice(item.range.end.character))).toBe(true);
	for (const line of inserted.slice(1)) {
		const space = /^[ \t]*/.exec(line)![0];
		if (request.insertSpaces) expect(space).not.toContain('\t');
		else expect(space).not.toMatch(new RegExp(` \t| {${request.tabSize}}`));
	}
}

/** VS Code drops a suggestion that does not contain, in order, what its range replaces. */
function checkVisible(request: CompletionRequest, item: CompletionItem): void {
	const { start, end } = item.range;
	expect(start.line).toBe(request.position.line);
	expect(end.line).toBe(request.position.line);
	const replaced = request.document.lineAt(start.line).slice(start.character, end.character);
	let from = 0;
	for (const character of replaced) {
		from = item.text.indexOf(character, from) + 1;
		expect(from).toBeGreaterThan(0);
	}
}

const whole = (request: CompletionRequest): string =>
	Array.from({ length: request.document.lineCount }, (_, line) => request.document.lineAt(line)).join(
		request.document.endOfLine,
	);

/** More by hand: PROPERTY_RUNS=20000. */
const numRuns = Number(process.env.PROPERTY_RUNS ?? 1000);

describe('an accepted suggestion', () => {
	const languages = ['typescript', 'python', 'markdown', 'plaintext', 'go'];
	test('never repeats the suffix and keeps indentation unit and line ends, whatever the text', () => {
		fc.assert(
			fc.property(cases(pieces(plainPieces, plainPieces, cjkPieces, markdownPieces, quotedPieces), languages), each => {
				const item = itemFor(each);
				if (!item) return;
				checkFit(each.request, item);
				checkVisible(each.request, item);
			}),
			{ numRuns },
		);
	});

	test('leaves no more unpaired brackets than there were', () => {
		fc.assert(
			fc.property(cases(pieces(plainPieces, plainPieces, cjkPieces), languages), each => {
				const item = itemFor(each);
				if (!item) return;
				expect(unpaired(accepted(each.request, item))).toBeLessThanOrEqual(unpaired(whole(each.request)));
				checkFit(each.request, item);
				checkVisible(each.request, item);
			}),
			{ numRuns },
		);
	});

	test('leaves something to show for ordinary texts, so that the rules above are not met by silence', () => {
		const shown = fc
			.sample(cases(pieces(plainPieces, cjkPieces), languages), { numRuns: 500, seed: 7 })
			.filter(itemFor);
		expect(shown.length).toBeGreaterThan(200);
	});
});
