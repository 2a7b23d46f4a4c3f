import { type GenerateRequest, type TextGenerator, type Usage } from '../../src/generation';
import { type Measurements } from './measurements';

const answerTokens = 32;
/** Room for the control tokens around a text. */
const frameTokens = 8;
const allPromptTokens = [128, 512, 1000];

export function declareThroughput(measurements: Measurements, quick: boolean): readonly number[] {
	const lengths = quick ? allPromptTokens.slice(0, 2) : allPromptTokens;
	for (const tokens of lengths) {
		measurements.declare(`prefill.${tokens}.tokensPerSecond`, 'tok/s', `prefill, prompt of ${tokens} tokens`);
		measurements.declare(`decode.${tokens}.tokensPerSecond`, 'tok/s', `decode, after ${tokens} tokens`);
	}
	return lengths;
}

/** One prompt of each length that the engine has never seen, answered greedily. */
export async function measureThroughput(
	generator: TextGenerator,
	lengths: readonly number[],
	source: string,
	measurements: Measurements,
): Promise<void> {
	for (const tokens of lengths) {
		const newTokens = Math.min(answerTokens, generator.model.contextTokens - tokens);
		if (newTokens < 8) {
			measurements.remark(
				`The model takes ${generator.model.contextTokens} tokens, too few for a prompt of ${tokens}.`,
			);
			continue;
		}
		const text = await textOf(generator, tokens - frameTokens, source);
		const { reason, usage } = await answer(generator, text, newTokens);
		const computed = usage.promptTokens - usage.reusedTokens;
		// A prompt that was mostly in the cache says nothing about prefill.
		if (computed > usage.promptTokens * 0.9)
			measurements.add(`prefill.${tokens}.tokensPerSecond`, (computed / usage.prefillMs) * 1000);
		// The first token comes out of the prefill; a stop token costs a step like any other.
		const steps = reason === 'stop' ? usage.newTokens : usage.newTokens - 1;
		if (steps >= 4) measurements.add(`decode.${tokens}.tokensPerSecond`, (steps / usage.decodeMs) * 1000);
	}
}

async function answer(
	generator: TextGenerator,
	text: string,
	maxTokens: number,
): Promise<{ readonly reason: string; readonly usage: Usage }> {
	const request: GenerateRequest = {
		prompt: { kind: 'continue', text, extension: 'ts' },
		maxTokens,
		sampling: { temperature: 0 },
		stop: [],
		priority: 'command',
	};
	for await (const event of generator.generate(request, new AbortController().signal))
		if (event.type === 'done') return { reason: event.reason, usage: event.usage };
	throw new Error('The engine did not say that it was done.');
}

let nextMark = 0;

/** A text of about so many tokens, whose first line was never used before. */
async function textOf(generator: TextGenerator, tokens: number, source: string): Promise<string> {
	const long = source.repeat(1 + Math.ceil((tokens * 6) / source.length));
	const head = `// ${(nextMark++).toString(36)} ${Math.random().toString(36).slice(2)}\n`;
	let [least, most] = [0, tokens * 6];
	while (most - least > 2) {
		const middle = Math.floor((least + most) / 2);
		if ((await generator.countTokens(head + long.slice(0, middle))) > tokens) most = middle;
		else least = middle;
	}
	return head + long.slice(0, least);
}
