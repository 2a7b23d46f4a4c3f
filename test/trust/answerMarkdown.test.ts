// @vitest-environment jsdom
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerElements, growingAnswer } from '../helpers/answerElements.mjs';
import { draws } from '../helpers/draws';
import { hostileMarkdown } from '../helpers/hostileMarkdown';

const tags = new Set(
	'a blockquote br code em h1 h2 h3 h4 h5 h6 hr li ol p pre s span strong table tbody td th thead tr ul'.split(' '),
);
const attributes = new Set([
	'class',
	'data-address',
	'data-language',
	'data-place',
	'role',
	'start',
	'tabindex',
	'title',
]);

/** What could load, run, submit or lead anywhere but through the panel's own question. */
function dangers(elements: ReturnType<typeof answerElements>): readonly string[] {
	return elements.flatMap(element => [
		...(tags.has(element.tag) ? [] : [`<${element.tag}>`]),
		...Object.keys(element.attributes)
			.filter(name => !attributes.has(name))
			.map(name => `${element.tag} ${name}`),
		...(/^(?:https?:|$)/i.test(element.attributes['data-address'] ?? '')
			? []
			: [`address ${element.attributes['data-address']}`]),
	]);
}

describe('S2: whatever a model writes', () => {
	test('there are at least two hundred attacks, each another', () => {
		expect(new Set(hostileMarkdown).size).toBeGreaterThanOrEqual(200);
	});

	test.each(hostileMarkdown)('%s is text at every step of its arrival', payload => {
		const answer = growingAnswer();
		const step = draws(6, 1);
		for (let length = 1; length < payload.length; length += step)
			expect(dangers(answer.elements(payload.slice(0, length)))).toEqual([]);
		expect(dangers(answer.elements(payload))).toEqual([]);
		expect(dangers(answerElements(payload))).toEqual([]);
	});

	test('attacks put together in any order are text', () => {
		const glue = fc.constantFrom('', ' ', '\n', '\n\n', '> ', '- ', '`', '**', '"', "'", '>', '](', '<!--', ']]>');
		const pieces = fc.array(fc.tuple(fc.constantFrom(...hostileMarkdown), glue), { minLength: 1, maxLength: 5 });
		fc.assert(
			fc.property(pieces, parts => {
				expect(dangers(answerElements(parts.flat().join('')))).toEqual([]);
			}),
			{ numRuns: draws(100, 5000) },
		);
	});

	test('what is meant to be there is there', () => {
		const shown = answerElements('# Tides\n\n**high** and [low](https://example.org/a)\n\n```ts\nconst a = 1;\n```');
		expect(shown.map(({ tag }) => tag)).toEqual(['h1', 'p', 'strong', 'a', 'pre', 'code']);
		expect(shown[3]?.attributes).toMatchObject({ 'data-address': 'https://example.org/a', role: 'link' });
		expect(shown[4]?.attributes).toMatchObject({ 'data-language': 'ts' });
	});
});
