import { tensor, type EngineTensor } from '../runtime';
import { type CacheLayout, type CacheSlot } from './keyValueCache';

export type Numbers = Float32Array | Uint16Array;

/** Caches of no tokens. */
export function emptyPast(
	layout: Pick<CacheLayout, 'type'>,
	slots: readonly CacheSlot[],
): Readonly<Record<string, EngineTensor>> {
	return Object.fromEntries(slots.map(slot => [slot.past, cacheTensor(layout, slot, allocate(layout, 0), 0)]));
}

export const allocate = ({ type }: Pick<CacheLayout, 'type'>, length: number): Numbers =>
	type === 'float16' ? new Uint16Array(length) : new Float32Array(length);

export function cacheTensor(
	{ type }: Pick<CacheLayout, 'type'>,
	{ heads, headSize, isCombined }: CacheSlot,
	numbers: Numbers,
	tokens: number,
): EngineTensor {
	return tensor(type, numbers, isCombined ? [2, 1, heads / 2, tokens, headSize] : [1, heads, tokens, headSize]);
}

/** Half as much again, in steps of 128 tokens, but not beyond the context: growing to a long one copies little, and a short one
 * wastes little. */
export const roundCapacity = (tokens: number, contextTokens = Infinity): number =>
	Math.ceil(Math.max(tokens, Math.min(tokens * 1.5, contextTokens)) / 128) * 128;

/** Half floats as their bits: newer Node versions would give them as numbers, which nothing here needs. */
export function numbersOf({ data }: EngineTensor): Numbers {
	if (data instanceof Float32Array || data instanceof Uint16Array) return data;
	if (!ArrayBuffer.isView(data)) throw new Error('a cache tensor holds no numbers');
	return new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
}

/** Copies the first `tokens` rows of every head between buffers with room for `from` and `to` tokens a head. */
export function copyRows(
	source: Numbers,
	target: Numbers,
	{
		slot,
		tokens,
		from,
		to,
	}: { readonly slot: CacheSlot; readonly tokens: number; readonly from: number; readonly to: number },
): void {
	for (let head = 0; head < slot.heads; head++) {
		const start = head * from * slot.headSize;
		target.set(source.subarray(start, start + tokens * slot.headSize), head * to * slot.headSize);
	}
}
