import { GenerationError } from '../../generation';

/** What one pass over the logits finds: the largest, and the logarithm of the sum of their exponentials. */
export interface LogitSum {
	readonly logTotal: number;
	readonly best: number;
}

/** Exponentials come from a table of e^-distance in these steps and three terms of the series between them, which is several times
 * as fast as Math.exp and off by less than a hundred-millionth. At every token this is done for the whole vocabulary. */
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

/**
 * Sums the exponentials of the first `size` logits. Also the guard against broken numbers: one NaN or
 * +Infinity among them makes the sum NaN.
 * @throws GenerationError badModel
 */
export function logSumExp(logits: Float32Array, size: number): LogitSum {
	let best = -Infinity;
	for (let id = 0; id < size; id++) if (logits[id]! > best) best = logits[id]!;
	let sum = 0;
	// A NaN, which is at no distance at all, has to get into the sum.
	for (let id = 0; id < size; id++) sum += exponentialOf(best - logits[id]!);
	if (Number.isNaN(sum))
		throw new GenerationError(
			'badModel',
			'The model computed values that are not numbers. Choose another device (inkling.model.device: cpu) or download the model again.',
		);
	return { logTotal: best + Math.log(sum), best };
}

/** The same for some of the logits only; ids that have none count as impossible. */
export function logSumExpOf(logits: Float32Array, ids: readonly number[]): LogitSum {
	return logSumExp(
		Float32Array.from(ids, id => logits[id] ?? -Infinity),
		ids.length,
	);
}
