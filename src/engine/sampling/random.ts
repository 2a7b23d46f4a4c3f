/** Random numbers in [0, 1) with 53 bits, the same for the same seed on every machine. */
export interface Random {
	next(): number;
}

/**
 * xoshiro128** 1.1 by David Blackman and Sebastiano Vigna (public domain, prng.di.unimi.it), its state filled from the seed
 * by SplitMix32 with the finalizer of MurmurHash3 as the authors advise. The whole double is used, so 1 and 1.5 differ.
 */
export function seededRandom(seed: number): Random {
	const halves = new Uint32Array(new Float64Array([seed]).buffer);
	const mix = splitMix32((halves[0]! ^ Math.imul(halves[1]!, 0x9e3779b1)) >>> 0);
	let [a, b, c, d] = [mix(), mix(), mix(), mix()];
	const step = (): number => {
		const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
		const shifted = b << 9;
		c ^= a;
		d ^= b;
		b ^= c;
		a ^= d;
		c ^= shifted;
		d = rotateLeft(d, 11);
		return result;
	};
	return { next: () => ((step() >>> 5) * 0x4000000 + (step() >>> 6)) / 0x20000000000000 };
}

function rotateLeft(value: number, bits: number): number {
	return (value << bits) | (value >>> (32 - bits));
}

function splitMix32(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x9e3779b9) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
		mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
		return (mixed ^ (mixed >>> 16)) >>> 0;
	};
}
