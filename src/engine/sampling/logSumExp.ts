import { GenerationError } from '../../generation';

/** What one pass over the logits finds: the largest, and the logarithm of the sum of their exponentials. */
export interface LogitSum {
	readonly logTotal: number;
	readonly best: number;
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
	for (let id = 0; id < size; id++) sum += Math.exp(logits[id]! - best);
	if (Number.isNaN(sum))
		throw new GenerationError(
			'badModel',
			'The model computed values that are not numbers. Choose another device (inkling.model.device: cpu) or download the model again.',
		);
	return { logTotal: best + Math.log(sum), best };
}
