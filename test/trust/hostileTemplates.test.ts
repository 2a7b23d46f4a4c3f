import { expect, test } from 'vitest';
import { renderMessages } from '../../src/engine/promptFormat/chatTemplate';
import { cpuMs } from '../helpers/cpuTime';

const messages = [{ role: 'user', text: 'Hello' }] as const;
const nested = (depth: number, loop: string): string =>
	`${Array.from({ length: depth }, (_, index) => `{% for i${index} in range(${loop}) %}`).join('')}x${'{% endfor %}'.repeat(depth)}`;

/** What a chat template of a stranger could do to the process that renders it. */
const templates: readonly (readonly [string, string])[] = [
	['a loop of 1e9 rounds', '{% for i in range(1000000000) %}{% endfor %}{{ messages[0].content }}'],
	['nested loops without output', `${nested(5, '1000').replace('x', '')}{{ messages[0].content }}`],
	['nested loops with output', `${nested(4, '300')}{{ messages[0].content }}`],
	[
		'a text that doubles',
		'{% set t = namespace(v="xxxxxxxxxx") %}{% for i in range(60) %}{% set t.v = t.v + t.v %}{% endfor %}{{ t.v }}',
	],
	[
		'a list that doubles',
		'{% set t = namespace(v=[1,2,3,4]) %}{% for i in range(60) %}{% set t.v = t.v + t.v %}{% endfor %}{{ t.v }}',
	],
	['a macro that calls itself', '{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}'],
	[
		'two macros that call each other',
		'{% macro f() %}{{ g() }}{% endmacro %}{% macro g() %}{{ f() }}{% endmacro %}{{ f() }}',
	],
	['deep parentheses', `{{ ${'('.repeat(20_000)}1${')'.repeat(20_000)} }}`],
	['deep lists', `{{ ${'['.repeat(20_000)}${']'.repeat(20_000)} }}`],
	['deep conditions', `${'{% if true %}'.repeat(9000)}x${'{% endif %}'.repeat(9000)}`],
	['no end of a loop', '{% for m in messages %}{{ m.content }}'],
	['no end of an expression', '{{ messages[0].content'],
	['an unknown statement', '{% explode %}{{ messages[0].content }}'],
	['a call of what is no function', '{{ messages() }}'],
	['a way to constructors', '{{ messages.constructor.constructor("return process")() }}'],
	['a way to prototypes', '{{ "".__proto__.constructor.constructor("return process")() }}'],
	['a refusal', '{{ raise_exception("no") }}'],
	['no messages at all', 'Good morning'],
	['a template of 300 KB', 'x'.repeat(300_000)],
	['an output of 10 MB', `{% for i in range(100000) %}${'x'.repeat(100)}{% endfor %}{{ messages[0].content }}`],
	[
		'a slow filter on a long text',
		'{% set t = "a" * 1 %}{% for i in range(100000000) %}{{ messages | tojson | replace("a", "b") }}{% endfor %}',
	],
	['an error in a loop', '{% for m in messages %}{{ m.content.nothing.there }}{% endfor %}'],
];

test.each(templates)('S9: %s ends within 2 s with a coded error that names the file', (_, template) => {
	const before = cpuMs();
	const chat = { template, file: 'tokenizer_config.json', tokens: {} };
	expect(() => renderMessages(chat, messages)).toThrow(
		expect.objectContaining({
			code: expect.stringMatching(/^(badModel|unsupportedTask)$/) as string,
			message: expect.stringContaining('tokenizer_config.json') as string,
		}),
	);
	expect(cpuMs() - before).toBeLessThan(4000);
	const good = { ...chat, template: '{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}' };
	expect(renderMessages(good, messages)).toEqual([{ template: '<user>' }, { text: 'Hello' }]);
});
