import { type CatalogueEntry, type CatalogueVariant } from './catalogueEntry';

/** Prompts and answers of the product stay below this, however long the model's own context is. */
const usedContextTokens = 4096;
/** The engine's process with ONNX Runtime and a tokenizer, before any weights. */
const processBytes = 250e6;
/** Weights are laid out anew for the processor's kernels while the file's own copy is still there. */
const weightsFactor = 1.2;

/**
 * What a variant takes in memory once it runs, in bytes:
 * weights x 1.2 + 2 x layers x key-value heads x head size x min(context, 4096) x bytes of a number + 250 MB.
 * A cache number has two bytes where the variant computes in 16 bits, else four.
 */
export function memoryNeed(
	model: Pick<CatalogueEntry, 'layers' | 'keyValueHeads' | 'headSize' | 'contextTokens'>,
	{ variant, megabytes }: Pick<CatalogueVariant, 'variant' | 'megabytes'>,
): number {
	const bytesPerNumber = variant === 'fp16' || variant === 'q4f16' ? 2 : 4;
	const numbersPerToken = 2 * model.layers * model.keyValueHeads * model.headSize;
	const cacheBytes = numbersPerToken * Math.min(model.contextTokens, usedContextTokens) * bytesPerNumber;
	return Math.round(megabytes * 1e6 * weightsFactor + cacheBytes + processBytes);
}
