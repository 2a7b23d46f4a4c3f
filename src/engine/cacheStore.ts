import { type DecodingPlan, type DecodingState } from './families/family';

/** A decoding state and the tokens it holds; while `busy` it belongs to one answer. */
export interface Sequence {
	/** Decoder tokens; always as long as the state. */
	readonly tokens: number[];
	readonly state: DecodingState;
	/** Tokens of the plan, source included, that need not be computed again. */
	readonly reusedTokens: number;
}

interface Held {
	readonly tokens: number[];
	readonly state: DecodingState;
	readonly plan: DecodingPlan;
	readonly reusedTokens: number;
	busy: boolean;
	usedAt: number;
}

/** The part of another sequence that is not kept may be this long before a copy is worth its time. */
const smallLoss = 64;

/** Keeps the caches of recent sequences, so that a request that begins like an earlier one computes only what is new. Least
 * recently used ones are dropped when all together pass the budget. The latest stays even when it is larger alone: the next key
 * would otherwise compute the whole of a long prompt again. */
export class CacheStore {
	private held: Held[] = [];
	private uses = 0;

	constructor(
		private readonly createState: (plan: DecodingPlan) => DecodingState,
		private readonly budgetBytes: number,
	) {}

	/** Memory of all states, in bytes. */
	get bytes(): number {
		return this.held.reduce((sum, { state }) => sum + state.bytes, 0);
	}

	get count(): number {
		return this.held.length;
	}

	/** A sequence for this plan, holding as many of its ids as any state has but never the last, whose logits are needed. */
	take(plan: DecodingPlan): Sequence {
		const { best, shared } = this.longestCommonPrefix(plan);
		const kept = best ? this.reuse(best, shared) : { tokens: [], state: this.createState(plan) };
		const reusedTokens = shared + (best ? plan.source.length : 0);
		const held: Held = { ...kept, plan, reusedTokens, busy: true, usedAt: ++this.uses };
		this.held = [...this.held.filter(one => one.state !== held.state), held];
		return held;
	}

	/** Ends the use of a sequence; it stays for later requests while the budget allows. */
	giveBack(sequence: Sequence): void {
		const held = this.held.find(one => one.state === sequence.state);
		if (held) {
			held.busy = false;
			held.usedAt = ++this.uses;
		}
		this.trim();
	}

	/** Drops least recently used states that no answer needs until the rest fits the budget. Call it after states grew. */
	trim(): void {
		const byAge = [...this.held].sort((one, other) => one.usedAt - other.usedAt);
		for (const oldest of byAge.slice(0, -1).filter(one => !one.busy)) {
			if (this.bytes <= this.budgetBytes) return;
			this.held = this.held.filter(one => one !== oldest);
			oldest.state.dispose?.();
		}
	}

	/** Forgets everything no answer needs, for when memory ran out. */
	clear(): void {
		for (const one of this.held) if (!one.busy) one.state.dispose?.();
		this.held = this.held.filter(one => one.busy);
	}

	private longestCommonPrefix(plan: DecodingPlan): { best: Held | undefined; shared: number } {
		let best: Held | undefined;
		let shared = 0;
		for (const one of this.held) {
			const length = usableTokens(one, plan);
			if (length === undefined) continue;
			// Among equals a free one can be used as it is, and the shorter loses less by it.
			const better =
				!best ||
				length > shared ||
				(length === shared && !one.busy && (best.busy || one.tokens.length < best.tokens.length));
			if (better) [best, shared] = [one, length];
		}
		return { best, shared };
	}

	/** Takes the state over when little of it is lost, as while typing; copies the common part when it is worth keeping, as with
	 * the fixed beginning of a task. */
	private reuse(source: Held, shared: number): Pick<Sequence, 'tokens' | 'state'> {
		const lost = source.tokens.length - shared;
		const mayCopy = this.bytes + (source.state.bytes * shared) / Math.max(1, source.tokens.length) <= this.budgetBytes;
		if (source.busy || (lost > smallLoss && lost > shared && mayCopy))
			return { tokens: source.tokens.slice(0, shared), state: source.state.copy(shared) };
		source.state.truncate(shared);
		source.tokens.length = shared;
		return source;
	}
}

/** How many ids of the plan a state already holds; undefined when it is of no use for it. */
function usableTokens({ tokens, plan: earlier }: Held, plan: DecodingPlan): number | undefined {
	const shared = commonPrefix(tokens, plan.ids, plan.ids.length - 1);
	if (!isSame(earlier.source, plan.source) || earlier.together !== plan.together) return undefined;
	// What an encoder computed is worth as much as tokens, but only once it did.
	if (plan.source.length > 0) return tokens.length > 0 ? shared : undefined;
	// Ids that see each other have no meaning beside others; but the last one, which all saw already, can be computed again.
	const { together } = plan;
	if (!isSame(earlier.ids.slice(0, together), plan.ids.slice(0, together)) || shared < together - 1) return undefined;
	return shared > 0 ? shared : undefined;
}

const isSame = (one: readonly number[], other: readonly number[]): boolean =>
	one.length === other.length && commonPrefix(one, other, one.length) === one.length;

function commonPrefix(one: readonly number[], other: readonly number[], most: number): number {
	const end = Math.min(one.length, other.length, most);
	let length = 0;
	while (length < end && one[length] === other[length]) length++;
	return length;
}
