import { type Beams, type Sampling } from '../../generation';
import { type JsonObject } from '../tokenizer';

/** Most beams a model folder may ask for by itself: every one costs as much as an answer. */
const mostDefaultBeams = 8;

/**
 * How a model wants its tasks decoded, from its generation_config.json as transformers would read it: beam search where it names
 * beams, chance only where it says `do_sample`. Values that make no sense are left out. Undefined when the file says nothing.
 */
export function readTaskSampling(generation: JsonObject): Sampling | undefined {
	if (!settings.some(name => name in generation)) return undefined;
	const repetitionPenalty = within(generation.repetition_penalty, 0.1, 10);
	const noRepeatNgramSize = whole(generation.no_repeat_ngram_size, 1000);
	const both = {
		...(repetitionPenalty !== undefined && { repetitionPenalty }),
		...(noRepeatNgramSize !== undefined && { noRepeatNgramSize }),
	};
	if (generation.do_sample === true) return { ...both, ...chanceOf(generation) };
	const beams = beamsOf(generation);
	return { temperature: 0, ...both, ...(beams && { beams }) };
}

const settings = ['do_sample', 'num_beams', 'repetition_penalty', 'no_repeat_ngram_size'];

function chanceOf({ temperature, top_k: k, top_p: p }: JsonObject): Sampling {
	const topK = whole(k, 1 << 24);
	const topP = within(p, 0, 1);
	return {
		temperature: within(temperature, 0, 2) ?? 1,
		...(topK !== undefined && { topK }),
		...(topP !== undefined && { topP }),
	};
}

function beamsOf(generation: JsonObject): Beams | undefined {
	const count = whole(generation.num_beams, 1 << 24) ?? 1;
	if (count < 2) return undefined;
	const lengthPenalty = within(generation.length_penalty, -100, 100);
	const early = generation.early_stopping;
	return {
		count: Math.min(count, mostDefaultBeams),
		...(lengthPenalty !== undefined && { lengthPenalty }),
		...((typeof early === 'boolean' || early === 'never') && { earlyStopping: early }),
	};
}

const within = (value: unknown, least: number, most: number): number | undefined =>
	typeof value === 'number' && value >= least && value <= most ? value : undefined;

const whole = (value: unknown, most: number): number | undefined =>
	Number.isInteger(value) ? within(value, 0, most) : undefined;
