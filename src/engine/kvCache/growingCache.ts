import { type EngineTensor, type Session } from '../runtime';
import { allocate, cacheTensor, copyRows, emptyPast, numbersOf } from './cacheTensors';
import { bytesPerToken, type CacheLayout, type KeyValueCache, type Step } from './keyValueCache';

/** The ordinary way, for every graph: what came out as `present` goes in as `past`. Costs a copy of everything per run. */
export class GrowingCache implements KeyValueCache {
	readonly truncatesFreely = false;
	private past: Readonly<Record<string, EngineTensor>>;
	private held = 0;

	constructor(
		private readonly session: Session,
		private readonly layout: CacheLayout,
	) {
		this.past = emptyPast(layout, layout.slots);
	}

	get length(): number {
		return this.held;
	}

	get bytes(): number {
		return this.held * bytesPerToken(this.layout);
	}

	async run({ session = this.session, feeds, count }: Omit<Step, 'makeLogits'>): Promise<EngineTensor> {
		const { slots, logits } = this.layout;
		const results = await session.run({ ...feeds, ...this.past }, [logits, ...slots.map(slot => slot.present)]);
		this.fill(results, this.held + count);
		return results[logits]!;
	}

	/** Takes over what another graph of the same model computed for all of its `length` tokens. */
	fill(results: Readonly<Record<string, EngineTensor>>, length: number): void {
		this.past = Object.fromEntries(this.layout.slots.map(slot => [slot.past, results[slot.present]!]));
		this.held = length;
	}

	truncate(length: number): void {
		if (length >= this.held) return;
		this.past = this.slice(length);
		this.held = length;
	}

	copy(length: number): GrowingCache {
		const copy = new GrowingCache(this.session, this.layout);
		copy.past = this.slice(length);
		copy.held = length;
		return copy;
	}

	private slice(length: number): Readonly<Record<string, EngineTensor>> {
		return Object.fromEntries(
			this.layout.slots.map(slot => {
				const numbers = allocate(this.layout, slot.heads * slot.headSize * length);
				copyRows(numbersOf(this.past[slot.past]!), numbers, { slot, tokens: length, from: this.held, to: length });
				return [slot.past, cacheTensor(this.layout, slot, numbers, length)];
			}),
		);
	}
}
