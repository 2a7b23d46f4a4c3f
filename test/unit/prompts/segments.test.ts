import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockSegments, lineSegments } from '../../../src/prompts/segments';

const words = (text: string, languageId = 'markdown') =>
	lineSegments(text, languageId)
		.filter(segment => segment.kind === 'text')
		.map(segment => segment.text);

describe('what a line translator is given', () => {
	test.each([
		['## Getting started', ['Getting started']],
		['  - [x] Done with it', ['Done with it']],
		['> 1. Quoted item', ['Quoted item']],
		['Run `npm install` first.', ['Run', 'first.']],
		['See [the guide](https://a.b/c?d=e) now', ['See', 'the guide', 'now']],
		['**Bold** and _slanted_ text', ['Bold', 'and', 'slanted', 'text']],
		['snake_case_name stays whole', ['snake_case_name stays whole']],
		['Visit https://example.com/path today', ['Visit', 'today']],
		['| Name | Meaning |\n| --- | --- |', ['Name', 'Meaning']],
		['a <b>word</b> &amp; more', ['a', 'word', 'more']],
		['The sum $x+y$ costs $5 today', ['The sum', 'costs $5 today']],
		['![logo](a.png)', []],
		['---\ntitle: Hello\n---\nText', ['Text']],
		['```ts\nconst word = 1;\n```\nAfter', ['After']],
		['~~~\n```\ninside\n~~~\nAfter', ['After']],
		['Para\n\n    indented code\n\nPara', ['Para', 'Para']],
		['- item\n\n    still the item', ['item', 'still the item']],
		['<!-- hidden\nnote -->\nShown', ['Shown']],
		['===\n123\n\n* * *', []],
	])('%j', (text, expected) => {
		expect(words(text)).toEqual(expected);
	});

	test('of source code only the words of comments', () => {
		const code = [
			'// Adds two numbers.',
			"const url = 'http://x.y/z'; // the address",
			'/**',
			' * Returns the sum.',
			' * @param {number} a - the first one',
			' */',
			'// eslint-disable-next-line no-console',
			'const pattern = /\\/\\//;',
		].join('\n');
		expect(words(code, 'typescript')).toEqual([
			'Adds two numbers.',
			'the address',
			'Returns the sum.',
			'the first one',
		]);
	});

	test('of Python also docstrings, but no other strings', () => {
		const code =
			'#!/usr/bin/env python\ndef f():\n    """Says hello.\n\n    Twice."""\n    x = """no"""  # why not\n    y = "# no"\n';
		expect(words(code, 'python')).toEqual(['Says hello.', 'Twice.', 'why not']);
	});
});

test('segments joined are the document, for any text and language', () => {
	const line = fc.constantFrom(
		'# T\n',
		'\n',
		'- a b\n',
		'```\n',
		'$$\n',
		'x `y` z\n',
		'<!-- c',
		'-->\n',
		'---\n',
		'| a | b |\n',
		'    code\n',
		'// hi\n',
		'/* a',
		'*/',
		'"""',
		"'",
		'\\',
		'[a](b)',
		'\r\n',
		'你好。',
	);
	fc.assert(
		fc.property(
			fc.array(line),
			fc.constantFrom('markdown', 'plaintext', 'typescript', 'python', 'lua', 'css'),
			(lines, languageId) => {
				const text = lines.join('');
				for (const segments of [blockSegments(text, languageId), lineSegments(text, languageId)]) {
					expect(segments.map(segment => segment.text).join('')).toBe(text);
					for (const segment of segments) expect(text.startsWith(segment.text, segment.start)).toBe(true);
				}
			},
		),
		{ numRuns: 500 },
	);
});
