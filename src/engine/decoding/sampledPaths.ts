import { type Alternative, type DoneReason } from '../../generation';
import { fork, type Decoding, type DecodingContext, type Feed, type Path } from './decoding';
import { SinglePath } from './singlePath';

interface Sampled {
	readonly answer: Alternative;
	readonly reason: DoneReason;
}

/** Several answers drawn one after the other from one computed prompt. The likeliest by its mean is delivered at the end. */
export class SampledPaths implements Decoding {
	private readonly sampled: Sampled[] = [];
	private promptLogits: Float32Array | undefined;
	private current: SinglePath;
	private text = '';

	/** @param root holds the prompt once `take` is called first; the last answer uses it up */
	constructor(
		private readonly context: DecodingContext,
		private readonly root: Path,
		private readonly count: number,
	) {
		// Only asked for tokens once `take` has given it a path of its own; made now so that bad settings fail at once.
		this.current = this.begin(root);
	}

	get tokenIds(): readonly number[] {
		return this.alternatives?.[0]?.tokenIds ?? [];
	}

	get alternatives(): readonly Alternative[] | undefined {
		return this.sampled.length === 0 ? undefined : this.ranked().map(({ answer }) => answer);
	}

	take(rows: readonly Float32Array[]): DoneReason | undefined {
		if (!this.promptLogits) {
			this.promptLogits = rows[0]!.slice();
			this.current = this.begin();
		}
		let reason = this.current.take(rows);
		while (reason) {
			this.finishCurrent(reason);
			if (this.sampled.length === this.count) return this.deliverBest();
			this.current = this.begin();
			reason = this.current.take([this.promptLogits]);
		}
		return undefined;
	}

	next(): Feed {
		return this.current.next();
	}

	stop(): DoneReason {
		this.finishCurrent(this.current.stop());
		return this.deliverBest();
	}

	private begin(path = this.sampled.length < this.count - 1 ? fork(this.root) : this.root): SinglePath {
		const { sampling } = this.context.request;
		this.text = '';
		const deliver = ({ text }: { readonly text: string }): void => void (this.text += text);
		// Each answer is the one that a request of its own with the next seed would get.
		const own = sampling.seed === undefined ? sampling : { ...sampling, seed: sampling.seed + this.sampled.length };
		return new SinglePath({ ...this.context, deliver }, path, own);
	}

	private finishCurrent(reason: DoneReason): void {
		const { tokenIds, logProbability } = this.current;
		const score = logProbability / Math.max(1, tokenIds.length);
		this.sampled.push({ answer: { text: this.text, logProbability, score, tokenIds }, reason });
	}

	private ranked(): readonly Sampled[] {
		return [...this.sampled].sort((one, other) => other.answer.score - one.answer.score);
	}

	private deliverBest(): DoneReason {
		const { answer, reason } = this.ranked()[0]!;
		if (answer.text !== '') this.context.deliver(answer);
		return reason;
	}
}
