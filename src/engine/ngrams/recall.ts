import { Evidence } from './evidence';
import { type LogitSum } from '../sampling';
import { type LocalContext } from './localContext';
import { type Mixture } from './mixture';
import { type NgramCache } from './ngramCache';

/** What one answer recalls of text seen before: mixes it into the logits of every token. */
export class Recall {
	private readonly evidence = new Evidence();

	constructor(
		private readonly cache: NgramCache,
		private readonly mixture: Mixture,
		private readonly context: LocalContext,
		/** Name of the document the context is from. */
		private readonly own: string | undefined,
	) {}

	/** Looks the end of the context up and mixes, see `Mixture.mix`. @returns the logarithm of the new sum */
	mix(logits: Float32Array, sum: LogitSum): number {
		const { evidence } = this;
		evidence.clear();
		this.cache.collect(this.context, this.own, evidence);
		return evidence.count === 0 ? sum.logTotal : this.mixture.mix(evidence, logits, sum);
	}

	/** Adds a token of the answer to the context. */
	accept(id: number): void {
		this.context.push(id);
	}
}
