import { GenerationError } from '../../generation';
import { createVectorSums, type VectorSums } from './vectorSums';

/** What one pass over the logits finds: the largest, and the logarithm of the sum of their exponentials. */
export interface LogitSum {
	readonly logTotal: number;
	readonly best: number;
}

/** Exponentials come from a table of e^-distance in these steps and three terms of the series between them, which is several times
 * as fast as Math.exp and off by less than a hundred-millionth. */
const stepsPerUnit = 64;
/** A million tokens this far below the best one weigh together less than a rounding error. */
const farthest = 40;
const exponentials = Float64Array.from({ length: farthest * stepsPerUnit }, (_, step) =>
	Math.exp(-step / stepsPerUnit),
);

/** e^-distance for a distance of 0 and more; 0 where that is too small to count. */
export function exponentialOf(distance: number): number {
	const steps = distance * stepsPerUnit;
	if (steps >= exponentials.length) return 0;
	const step = Math.floor(steps);
	const rest = (step - steps) / stepsPerUnit;
	return (exponentials[step] ?? NaN) * (1 + rest * (1 + rest * (1 / 2 + rest / 6)));
}

/** At every token this is done for the whole vocabulary, so it is made once; null where there are no vectors. */
let vectorSums: VectorSums | null | undefined;
/** Below this many numbers the way into WebAssembly and back costs more than it saves. */
const leastForVectors = 256;

const vectorsFor = (count: number): VectorSums | null =>
	count < leastForVectors ? null : (vectorSums ??= createVectorSums() ?? null);

/**
 * Sums the exponentials of the first `size` logits. Also the guard against broken numbers: one NaN or
 * +Infinity among them makes the sum NaN.
 * @throws GenerationError badModel
 */
export function logSumExp(logits: Float32Array, size: number): LogitSum {
	const numbers = logits.subarray(0, size);
	const best = largestOf(numbers);
	const sum = vectorsFor(size)?.sumOfExponentials() ?? sumOneByOne(numbers, best);
	if (Number.isNaN(sum))
		throw new GenerationError(
			'badModel',
			'The model computed values that are not numbers. Choose another device (inkling.model.device: cpu) or download the model again.',
		);
	return { logTotal: best + Math.log(sum), best };
}

/** The largest number, -Infinity when there is none. NaNs do not count. */
export function largestOf(numbers: Float32Array): number {
	const vectors = vectorsFor(numbers.length);
	if (vectors) return vectors.largest(numbers);
	let best = -Infinity;
	for (const number of numbers) if (number > best) best = number;
	return best;
}

function sumOneByOne(numbers: Float32Array, best: number): number {
	let sum = 0;
	// A NaN, which is at no distance at all, has to get into the sum.
	for (const number of numbers) sum += exponentialOf(best - number);
	return sum;
}

/** The same for some of the logits only; ids that have none count as impossible. */
export function logSumExpOf(logits: Float32Array, ids: readonly number[]): LogitSum {
	return logSumExp(
		Float32Array.from(ids, id => logits[id] ?? -Infinity),
		ids.length,
	);
}
