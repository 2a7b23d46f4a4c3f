import { stat } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { GenerationError } from '../generation';
import { type InspectedModel, type ModelConfig } from '../models';

/** Weights are laid out anew for the processor's kernels while the file's own copy is still there. */
const weightsFactor = 1.2;
/** Intermediate results, the tokenizer and buffers, in bytes. */
const workingBytes = 100e6;
/** Prompts and answers of the product stay below this, however long the model's own context is. */
const usedContextTokens = 4096;
/** Caches may be of 16-bit numbers, which only the loaded graph says. */
const bytesPerNumber = 4;

/** Refuses a model before its weights are read where they cannot fit, instead of driving the machine into swapping.
 * @param availableBytes memory that can be had
 * @throws GenerationError outOfMemory that says how much is needed and there */
export async function requireMemory(model: InspectedModel, availableBytes: number): Promise<void> {
	const neededBytes = (await weightBytes(model)) * weightsFactor + cacheBytes(model.config) + workingBytes;
	if (neededBytes <= availableBytes) return;
	throw new GenerationError(
		'outOfMemory',
		`'${model.id}' needs about ${megabytes(neededBytes)} MB of memory, but only ${megabytes(availableBytes)} MB are free. Close other programs or choose a smaller model.`,
	);
}

/** Memory this process can still get, in bytes, limits of a container included. macOS counts what it would give up as used, so there
 * only the machine's size counts. */
export function availableMemory(): number {
	return process.platform === 'darwin' ? totalmem() : process.availableMemory();
}

/** Size of all graph files and the files that they keep weights in, each once. */
export async function weightBytes({ outlines }: InspectedModel): Promise<number> {
	const files = new Set(outlines.keys());
	for (const [file, { externals }] of outlines)
		for (const { location } of externals) files.add(join(dirname(file), location));
	let sum = 0;
	for (const file of files) sum += (await stat(file)).size;
	return sum;
}

/** Keys and values of one full context; families whose graphs alone say it are smaller by far. */
function cacheBytes(config: ModelConfig): number {
	if (config.family !== 'decoder-only' && config.family !== 'prefix-lm') return 0;
	const numbersPerToken = 2 * config.layers * config.keyValueHeads * config.headSize;
	const tokens = Math.min(config.contextTokens ?? usedContextTokens, usedContextTokens);
	return numbersPerToken * tokens * bytesPerNumber;
}

const megabytes = (bytes: number): number => Math.round(bytes / 1e6);
