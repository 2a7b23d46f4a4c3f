import { GenerationError } from '../generation';

/** Kinds of networks that the engine does not run, by model_type, with the reason. */
const refusedTypes: readonly (readonly [RegExp, string])[] = [
	[
		/mamba|rwkv|jamba|recurrent_gemma|zamba|bamba|retnet/,
		'keeps a state that is no KV cache (Mamba, RWKV and their kin)',
	],
	[
		/whisper|wav2vec|speech|seamless|moonshine|musicgen|clip|vit|vision|blip|trocr|donut|florence|pix2struct/,
		'reads sound or pictures',
	],
	[
		/^(bert|roberta|xlm-roberta|distilbert|albert|camembert|mobilebert|modernbert|flaubert|electra|mpnet|nomic_bert|deberta|deberta-v2|ernie)$/,
		'only has an encoder, which reads text but writes none',
	],
];

/** Heads on a network that give labels instead of text. */
const refusedHeads = /For(SequenceClassification|TokenClassification|QuestionAnswering|MultipleChoice|MaskedLM)$/;

/** Refuses what cannot write text, by its name. @throws GenerationError unsupportedModel */
export function refuseByName(modelType: string, architectures: readonly string[], file: string): void {
	const reason = refusedTypes.find(([pattern]) => pattern.test(modelType.toLowerCase()))?.[1];
	const head = architectures.find(name => refusedHeads.test(name));
	if (reason === undefined && head === undefined) return;
	const problem = reason === undefined ? `'${head ?? ''}' gives labels instead of text` : `'${modelType}' ${reason}`;
	throw new GenerationError(
		'unsupportedModel',
		`${file}: ${problem}, which the engine cannot run. Choose a model that writes text, such as a GPT, T5, BART or Marian export.`,
	);
}
