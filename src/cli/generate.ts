import { mostBeams, type Beams, type GenerateRequest, type Prompt, type Sampling } from '../generation';
import { type Command, type CommandContext, type Result } from './command';
import { badRequest, choiceField, listField, numberField, requiredText, textField, type Fields } from './fields';
import { extensionOf } from './languageIds';
import { milliseconds, modelFields, usageFields } from './measures';
import { Recorder } from './recorder';
import { readTextFile } from './textFile';

/** The engine alone: what a model says after a prompt, or between a prompt and a suffix. */
export const generateCommand: Command = {
	name: 'generate',
	summary: 'Continue a text, or fill in between a text and a suffix, with the engine alone.',
	flags: {
		'prompt-file': { type: 'string', value: '<file>', help: 'Text to continue (required). UTF-8.' },
		'suffix-file': { type: 'string', value: '<file>', help: 'Text after the gap; the model fills in between.' },
		prompt: { type: 'string', value: '<text>', help: 'The text itself, instead of --prompt-file.' },
		suffix: { type: 'string', value: '<text>', help: 'The suffix itself, instead of --suffix-file.' },
		extension: {
			type: 'string',
			value: '<ext>',
			help: "File type for the model, 'ts'; from --prompt-file when absent.",
		},
		'max-tokens': { type: 'string', value: '<n>', help: 'Most new tokens (64).' },
		temperature: { type: 'string', value: '<t>', help: '0 to 2; 0 always takes the likeliest token (0).' },
		'top-k': { type: 'string', value: '<n>', help: 'Keep the k likeliest tokens; 0 keeps all.' },
		'top-p': { type: 'string', value: '<p>', help: 'Keep the likeliest tokens up to this probability.' },
		'min-p': { type: 'string', value: '<p>', help: 'Drop tokens less likely than this share of the likeliest.' },
		'repetition-penalty': { type: 'string', value: '<x>', help: 'Above 1 discourages tokens already seen.' },
		'no-repeat-ngram': { type: 'string', value: '<n>', help: 'No sequence of n tokens comes twice; 0 allows all.' },
		beams: { type: 'string', value: '<n>', help: `Beam search with 1 to ${mostBeams} hypotheses.` },
		'length-penalty': { type: 'string', value: '<x>', help: 'With --beams: above 0 favours long answers (1).' },
		'early-stopping': {
			type: 'string',
			value: '<when>',
			help: 'With --beams: true ends when as many are finished; false when going on looks useless; never (false).',
		},
		candidates: { type: 'string', value: '<n>', help: 'The n best of --beams, or n sampled answers (1).' },
		seed: { type: 'string', value: '<n>', help: 'Same seed, same text.' },
		stop: {
			type: 'string',
			multiple: true,
			value: '<text>',
			help: 'End before this text; may be given several times.',
		},
		'time-limit-ms': { type: 'string', value: '<n>', help: 'End decoding after this time.' },
	},
	notes: [
		'The result has text, tokenIds and reason (stop, length or cancelled); with --beams or --candidates also alternatives, best first.',
	],
	run: generate,
};

async function generate(fields: Fields, context: CommandContext): Promise<Result> {
	const request = await requestFrom(fields, context);
	const generator = await context.engines.loadCompletion();
	const recorder = new Recorder(generator);
	const start = performance.now();
	for await (const event of recorder.generate(request, context.signal)) if (event.type === 'done') break;
	const totalMs = performance.now() - start;
	const call = recorder.calls[0]!;
	return {
		text: call.text,
		tokenIds: call.tokenIds,
		reason: call.reason,
		...(call.alternatives && { alternatives: call.alternatives }),
		...usageFields(call.usage),
		...milliseconds('firstTextMs', call.firstTextMs),
		...milliseconds('totalMs', totalMs),
		...modelFields(generator),
	};
}

async function requestFrom(fields: Fields, context: CommandContext): Promise<GenerateRequest> {
	const timeLimitMs = numberField(fields, 'time-limit-ms', { least: 1, most: 3_600_000, integer: true });
	const candidates = numberField(fields, 'candidates', { least: 1, most: mostBeams, integer: true });
	return {
		sampling: samplingFrom(fields),
		maxTokens: numberField(fields, 'max-tokens', { least: 1, most: 131_072, integer: true }) ?? 64,
		stop: stopFrom(fields),
		priority: 'command',
		// What the model itself says, so that a result can be compared and repeated.
		ngramCache: false,
		prompt: await promptFrom(fields, context.cwd),
		...withoutUndefined({ timeLimitMs, candidates }),
	};
}

async function promptFrom(fields: Fields, cwd: string): Promise<Prompt> {
	const text = await textOrFile(fields, 'prompt', cwd);
	if (text === undefined) throw badRequest('--prompt-file is missing. Add it, or see --help.');
	const suffix = await textOrFile(fields, 'suffix', cwd);
	const extension = textField(fields, 'extension') ?? extensionOf(textField(fields, 'prompt-file') ?? '');
	if (suffix === undefined) return { kind: 'continue', text, extension };
	return { kind: 'fill', prefix: text, suffix, extension, snippets: [] };
}

async function textOrFile(fields: Fields, name: 'prompt' | 'suffix', cwd: string): Promise<string | undefined> {
	const file = `${name}-file`;
	if (!fields.has(file)) return textField(fields, name);
	if (fields.has(name)) throw badRequest(`--${name} and --${file} exclude each other. Give one of them.`);
	return readTextFile(requiredText(fields, file), cwd);
}

function stopFrom(fields: Fields): readonly string[] {
	const stop = listField(fields, 'stop');
	if (stop.includes('')) throw badRequest('--stop must not be empty: every text begins with it.');
	return stop;
}

function samplingFrom(fields: Fields): Sampling {
	const share = { least: 0, most: 1, integer: false };
	const optional = {
		topK: numberField(fields, 'top-k', { least: 0, most: 1_000_000, integer: true }),
		topP: numberField(fields, 'top-p', share),
		minP: numberField(fields, 'min-p', share),
		repetitionPenalty: numberField(fields, 'repetition-penalty', { least: 0.1, most: 10, integer: false }),
		noRepeatNgramSize: numberField(fields, 'no-repeat-ngram', { least: 0, most: 1000, integer: true }),
		beams: beamsFrom(fields),
		seed: numberField(fields, 'seed', { least: 0, most: 0xffff_ffff, integer: true }),
	};
	const temperature = numberField(fields, 'temperature', { least: 0, most: 2, integer: false }) ?? 0;
	return { temperature, ...withoutUndefined(optional) };
}

function beamsFrom(fields: Fields): Beams | undefined {
	const count = numberField(fields, 'beams', { least: 1, most: mostBeams, integer: true });
	const lengthPenalty = numberField(fields, 'length-penalty', { least: -100, most: 100, integer: false });
	const early = choiceField(fields, 'early-stopping', ['true', 'false', 'never']);
	if (count !== undefined) {
		const earlyStopping = early === undefined || early === 'never' ? early : early === 'true';
		return { count, ...withoutUndefined({ lengthPenalty, earlyStopping }) };
	}
	const useless = lengthPenalty === undefined ? early && 'early-stopping' : 'length-penalty';
	if (useless) throw badRequest(`--${useless} says how beams are compared. Add --beams, or leave it out.`);
	return undefined;
}

/** Absent settings are absent fields, which is what the contract wants. */
function withoutUndefined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
	return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
		[K in keyof T]?: Exclude<T[K], undefined>;
	};
}
