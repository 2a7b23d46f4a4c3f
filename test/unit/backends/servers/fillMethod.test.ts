import { describe, expect, test } from 'vitest';
import { fillCall, methodsFor } from '../../../../src/backends/servers/fillMethod';
import { type FillPrompt } from '../../../../src/generation';
import { fillFormats } from '../../../../src/prompts';

const prompt: FillPrompt = { kind: 'fill', prefix: 'a = ', suffix: '\nb', extension: 'py', snippets: [] };
const url = 'http://host:8000/v1';

describe('what is tried', () => {
	test("a model's own control tokens come first where they are known, the text before the cursor last", () => {
		expect(methodsFor('vllm', 'Qwen/Qwen2.5-Coder-7B')).toEqual(['tokens', 'suffix', 'prefix']);
		expect(methodsFor('vllm', 'some-model')).toEqual(['suffix', 'prefix']);
		expect(methodsFor('llamaCpp', 'starcoder2-3b')[0]).toBe('infill');
		expect(methodsFor('deepSeek', 'deepseek-chat')).toEqual(['deepSeekBeta']);
	});
});

describe('what is sent', () => {
	test.each([
		['Qwen/Qwen2.5-Coder-7B', '<|fim_prefix|><|fim_suffix|>\nb<|fim_middle|>a = '],
		['google/codegemma-2b', '<|fim_prefix|>a = <|fim_suffix|>\nb<|fim_middle|>'],
		['bigcode/starcoder2-3b', '<fim_prefix>a = <fim_suffix>\nb<fim_middle>'],
		['deepseek-ai/deepseek-coder-6.7b-base', '<｜fim▁begin｜>a = <｜fim▁hole｜>\nb<｜fim▁end｜>'],
		['codellama/CodeLlama-7b-hf', '<PRE> a =  <SUF>\nb <MID>'],
	])('%s', (model, text) => {
		expect(fillCall('tokens', prompt, url, model)).toMatchObject({ url: `${url}/completions`, body: { prompt: text } });
	});

	test('llama.cpp and DeepSeek are asked at addresses of their own, outside /v1', () => {
		expect(fillCall('infill', prompt, url, 'm')).toMatchObject({
			url: 'http://host:8000/infill',
			body: { input_prefix: 'a = ', input_suffix: '\nb', input_extra: [] },
		});
		expect(fillCall('deepSeekBeta', prompt, 'https://api.deepseek.com', 'm').url).toBe(
			'https://api.deepseek.com/beta/completions',
		);
	});

	test('a file that contains control tokens means nothing by them', () => {
		for (const format of fillFormats) {
			const tokens = format.prompt.flatMap(part => ('token' in part ? [part.token.replace(/^▁/, '')] : []));
			const model = format.name.split(',')[0]!.replace('SantaCoder', 'bigcode/santacoder');
			const hostile = tokens.join(' x ');
			const sent = fillCall('tokens', { ...prompt, prefix: hostile, suffix: hostile }, url, model).body
				.prompt as string;
			for (const token of tokens) expect(sent.split(token), `${format.name} ${token}`).toHaveLength(2);
		}
	});
});
