/** Widens IEEE 754 half floats, given as their 16 bits, into a buffer of at least the same length. Exact for every value. */
export function widenFloat16(bits: Uint16Array, into: Float32Array): void {
	for (let index = 0; index < bits.length; index++) into[index] = float16ToNumber(bits[index]!);
}

/** The value of one half float. */
export function float16ToNumber(bits: number): number {
	const sign = bits & 0x8000 ? -1 : 1;
	const exponent = (bits >>> 10) & 0x1f;
	const fraction = bits & 0x3ff;
	if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
	if (exponent === 0) return sign * fraction * 2 ** -24;
	return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
