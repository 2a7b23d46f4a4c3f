import { describe, expect, test } from 'vitest';
import { likeliestContinuations } from '../../../src/engine/beams';
import { createSampler, ScriptMasks } from '../../../src/engine/sampling';
import { greedy, type ScriptRule } from '../../../src/generation';

/** A vocabulary of byte tokens; two of them are parts of characters. */
const texts = [
	'中',
	'客户',
	'，',
	' wealthy',
	'We',
	'alth',
	'Li',
	' Li',
	'nux',
	'nux ',
	'(Li',
	'a.b',
	'7',
	' Привет',
	'(',
	'.',
];
const parts = [Uint8Array.of(0xe5, 0xae), Uint8Array.of(0xd0)];
const vocabulary = {
	vocabularySize: texts.length + parts.length + 1,
	isControl: (id: number) => id === texts.length + parts.length,
	decode: (ids: readonly number[]) => ids.map(id => texts[id] ?? '').join(''),
	bytesOf: (id: number) => (id < texts.length ? Buffer.from(texts[id]!) : parts[id - texts.length]),
};
const masks = new ScriptMasks(vocabulary);
const idOf = (text: string): number => texts.indexOf(text);

/** What may come after an answer. */
function possible(rule: ScriptRule, answer: readonly string[] = []): readonly (string | number)[] {
	const mask = masks.maskOf(rule);
	const exceptions = mask.exceptions(answer.map(idOf));
	return Array.from({ length: vocabulary.vocabularySize }, (_, id) => id)
		.filter(id => mask.banned[id] !== 1 || exceptions.has(id))
		.map(id => texts[id] ?? id);
}

const inChinese = (...allow: readonly string[]): ScriptRule => ({ letters: ['Han'], allow });
const always = ['中', '客户', '，', '7', '(', '.', 16, 18];

describe('an answer in Chinese', () => {
	test('has no letters of other scripts; figures, signs and control tokens may come', () =>
		expect(possible(inChinese())).toEqual(always));
	test('may begin the words of the source, behind a blank or a bracket too', () =>
		expect(possible(inChinese('Linux'))).toEqual(expect.arrayContaining(['Li', ' Li', '(Li'])));
	test('goes on with a word that was begun, and with nothing else foreign', () =>
		expect(possible(inChinese('Linux'), ['中', ' Li'])).toEqual([...always, 'nux', 'nux '].sort(byId)));
	test('does not end a word that is not there', () =>
		expect(possible(inChinese('Linuxes'), [' Li'])).toEqual([...always, 'nux'].sort(byId)));
	test('begins another word only behind the whole first one', () => {
		expect(possible(inChinese('Linux', 'We'), ['Li', 'nux'])).toEqual([...always, ' Li', '(Li'].sort(byId));
		expect(possible(inChinese('Linux', 'We'), ['We'])).not.toContain('alth');
	});
});

test('an answer in English has no Chinese, no East Asian punctuation and no part of a character that may be either', () =>
	expect(possible({ letters: ['Latin'], allow: [] })).toEqual([
		...texts.filter(text => !['中', '客户', '，', ' Привет'].includes(text)),
		18,
	]));

test('a vocabulary that has no bytes is judged by its texts', () => {
	const { bytesOf: _, ...other } = vocabulary;
	const mask = new ScriptMasks(other).maskOf(inChinese());
	expect(mask.banned[idOf(' wealthy')]).toBe(1);
	expect(mask.banned[idOf('中')]).toBe(0);
});

describe('the likeliest token is foreign', () => {
	const logits = Float32Array.from({ length: vocabulary.vocabularySize }, (_, id) =>
		id === idOf(' wealthy') ? 9 : -id,
	);
	const options = { vocabularySize: vocabulary.vocabularySize, script: masks.maskOf(inChinese()) };

	test('greedy sampling takes the next one, and says how likely it was among all', () => {
		const sampler = createSampler(greedy, options);
		expect(sampler.next(logits)).toBe(idOf('中'));
		expect(sampler.logProbability).toBeLessThan(-8);
	});
	test('drawing does too', () => {
		const sampler = createSampler({ temperature: 1, topK: 1, seed: 1 }, options);
		expect(sampler.next(logits)).toBe(idOf('中'));
	});
	test('a word of the source is taken', () => {
		const sampler = createSampler(greedy, { ...options, script: masks.maskOf(inChinese('wealthy')) });
		expect(sampler.next(logits)).toBe(idOf(' wealthy'));
	});
	test('a beam goes on without it', () => {
		const position = { before: [], tokenIds: [], count: 2 };
		expect(likeliestContinuations(logits, position, { ...options, sampling: greedy }).map(({ id }) => id)).toEqual([
			idOf('中'),
			idOf('客户'),
		]);
	});
});

function byId(one: string | number, other: string | number): number {
	const id = (item: string | number): number => (typeof item === 'number' ? item : idOf(item));
	return id(one) - id(other);
}
