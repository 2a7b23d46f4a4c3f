import { describe, expect, test } from 'vitest';
import { run, shipped } from './jobs';
import { ScriptedGenerator } from './scriptedGenerator';

const goOn = shipped('continue');

describe('Continue Writing', () => {
	test('goes on raw with a completion model, white space included', async () => {
		const generator = new ScriptedGenerator({ roles: ['fill'] }, () => ' upon a time. ');
		const result = await run({ template: goOn, text: 'Once', generator });
		expect(result.text).toBe(' upon a time.');
		expect(generator.requests[0]?.prompt).toEqual({ kind: 'continue', text: 'Once', extension: 'md' });
	});

	test('keeps a completion model from loops and copies, and from saying nothing, which code may do more of', async () => {
		const asked = async (languageId: string) => {
			const generator = new ScriptedGenerator({ roles: ['fill'] }, () => ' x');
			await run({ template: goOn, text: 'Once', generator, languageId });
			return generator.requests[0]!;
		};
		const [prose, code] = [await asked('markdown'), await asked('typescript')];
		expect(prose).toMatchObject({ ngramCache: false, sampling: { minTokens: 16, dry: { allowedLength: 4 } } });
		expect(code.sampling.dry!.allowedLength).toBeGreaterThan(prose.sampling.dry!.allowedLength);
	});

	test('ends prose, and the model, where a whole sentence comes again, and says so', async () => {
		const text = 'We walked down to the sea. It was cold.';
		const answer = ' The gulls were loud. We walked down to the sea. Nobody should read this.';
		const generator = new ScriptedGenerator({ roles: ['fill'] }, () => answer);
		const { text: result, notes, done } = await run({ template: goOn, text, generator });
		expect(result).toBe(' The gulls were loud.');
		expect(notes).toEqual([{ kind: 'repeated' }]);
		expect(done).toMatchObject({ reason: 'stop', usage: { newTokens: 2 } });
	});

	test('ends an instruction model that loops too, and drops an echo of the text before its answer', async () => {
		const text = 'We walked down to the sea.';
		const answer = `${text} The gulls were very loud. The gulls were very loud. The gulls`;
		const { text: result } = await run({ template: goOn, text, generator: new ScriptedGenerator({}, () => answer) });
		expect(result).toBe(' The gulls were very loud.');
	});

	test('lets source code repeat its lines', async () => {
		const answer = "\tcase 'b':\n\t\treturn this.handle(kind, event);\n\t}\n}";
		const generator = new ScriptedGenerator({ roles: ['fill'] }, () => answer);
		const text = answer.replace("'b'", "'a'");
		expect((await run({ template: goOn, text, generator, languageId: 'typescript' })).text).toBe(answer);
	});

	test('puts the space that an instruction model leaves out, but none after Chinese', async () => {
		const generator = () => new ScriptedGenerator({}, () => 'next');
		expect((await run({ template: goOn, text: 'Once', generator: generator() })).text).toBe(' next');
		expect((await run({ template: goOn, text: 'Once\n', generator: generator() })).text).toBe('next');
		expect((await run({ template: goOn, text: '从前', generator: generator() })).text).toBe('next');
	});

	test('keeps the end of a long text and says what was left out', async () => {
		const text = Array.from({ length: 300 }, (_, index) => `Line ${index} of it.\n`).join('');
		const generator = new ScriptedGenerator({ roles: ['fill'], contextTokens: 500 }, () => 'End');
		const { notes } = await run({ template: goOn, text, generator });
		const { prompt } = generator.requests[0]!;
		const kept = prompt.kind === 'continue' ? prompt.text : '';
		expect(text.endsWith(kept)).toBe(true);
		const cut = text.length - kept.length;
		expect(notes).toEqual([{ kind: 'leftOut', characters: cut, lastLine: text.slice(0, cut).split('\n').length - 1 }]);
	});
});
