import { type Numbers } from './cacheTensors';

/** Buffers of one cache, by slot, and the tokens they have room for. */
export interface CacheBuffers {
	readonly capacity: number;
	readonly buffers: readonly Numbers[];
}

/** Memory that nobody may ever ask for again, in bytes. */
const mostBytes = 64 << 20;

/**
 * Keeps the buffers of the last cache that ended for the next one: memory fresh from the system costs a page fault every 4 KiB when it
 * is first written, which together is a twelfth of the time that reading a prompt takes. What they held is never read, as after
 * `truncate`.
 */
export class SpareBuffers {
	private spare: CacheBuffers | undefined;

	put(cache: CacheBuffers): void {
		const bytes = cache.buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
		if (bytes <= mostBytes) this.spare = cache;
	}

	/** Buffers with room for that many tokens and not for many more; nobody else has them. */
	take(tokens: number): CacheBuffers | undefined {
		const { spare } = this;
		if (!spare || spare.capacity < tokens || spare.capacity > 2 * tokens) return undefined;
		this.spare = undefined;
		return spare;
	}
}
