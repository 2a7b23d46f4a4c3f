import {
	everyFloat,
	everyInteger,
	f32,
	f32Max,
	f32x4Add,
	f32x4Lane,
	f32x4Multiply,
	f32x4Nearest,
	f32x4PseudoMax,
	f32x4Splat,
	f32x4Subtract,
	f64,
	f64Add,
	f64x2Add,
	f64x2Lane,
	f64x2PromoteLow,
	i32,
	i32Add,
	i32Const,
	i32LessThan,
	i32x4Add,
	i32x4ShiftLeft,
	i32x4Truncate,
	localGet,
	localSet,
	localTee,
	loopWhile,
	moduleOf,
	shuffle,
	v128,
	v128Load,
	type Code,
	type CodeFunction,
} from './webAssembly';

/** Sums over many floats, four at a time; JavaScript has no vectors of its own. */
export interface VectorSums {
	/** The largest of `numbers`, of which there is at least one. NaNs do not count. */
	largest(numbers: Float32Array): number;
	/** Sum of e^(number - largest) over the numbers of the last `largest`, each right to a ten-millionth of itself. NaN when one is. */
	sumOfExponentials(): number;
}

/** As much of the global as is used here; its types come with those of browsers only. */
interface WebAssemblyGlobal {
	readonly Module: new (binary: Uint8Array) => object;
	readonly Instance: new (module: object) => { readonly exports: unknown };
}

interface Exports {
	readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): void };
	/** Of the first `bytes` bytes of the memory, a multiple of 16. */
	readonly largest: (bytes: number) => number;
	readonly sumOfExponentials: (bytes: number, largest: number) => number;
}

/** Undefined where the processor or a policy allows no WebAssembly with vectors. */
export function createVectorSums(): VectorSums | undefined {
	try {
		const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyGlobal }).WebAssembly;
		const { exports } = new Instance(new Module(Uint8Array.from(moduleOf([largest, sumOfExponentials]))));
		return new SumsInMemory(exports as Exports);
	} catch {
		return undefined;
	}
}

const pageBytes = 65_536;

class SumsInMemory implements VectorSums {
	private floats = new Float32Array(0);
	private bytes = 0;
	private best = NaN;

	constructor(private readonly exports: Exports) {}

	largest(numbers: Float32Array): number {
		this.bytes = Math.ceil(numbers.length / 4) * 16;
		this.reserve();
		this.floats.set(numbers);
		// What fills the last vector is never the largest and adds nothing.
		this.floats.fill(-Infinity, numbers.length, this.bytes / 4);
		return (this.best = this.exports.largest(this.bytes));
	}

	sumOfExponentials(): number {
		return this.exports.sumOfExponentials(this.bytes, this.best);
	}

	private reserve(): void {
		const { memory } = this.exports;
		const missing = this.bytes - memory.buffer.byteLength;
		if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
		if (this.floats.buffer !== memory.buffer) this.floats = new Float32Array(memory.buffer);
	}
}

/** 2^x for -0.5 <= x <= 0.5, from the highest power of x down: the series of e^(x ln 2), which is off by less than half a float's
 * last bit there. */
const powers = [6, 5, 4, 3, 2, 1, 0].map(power => Math.LN2 ** power / factorial(power));
const highHalf = shuffle(8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);

/** Runs `body` for every vector of the memory up to the address in the first parameter; `at` is the local with its own. */
const forEachVector = (at: number, ...body: readonly Code[]): Code =>
	loopWhile(...body, localGet(at), i32Const(16), i32Add, localTee(at), localGet(0), i32LessThan);

/** Locals: 0 the bytes, 1 the address, 2 the largest by lane. */
const largest: CodeFunction = {
	name: 'largest',
	parameters: [i32],
	result: f32,
	locals: [
		[1, i32],
		[1, v128],
	],
	body: [
		...[everyFloat(-Infinity), localSet(2)],
		forEachVector(1, localGet(2), localGet(1), v128Load, f32x4PseudoMax, localSet(2)),
		...[0, 1, 2, 3].flatMap(lane => [localGet(2), f32x4Lane(lane)]),
		...[f32Max, f32Max, f32Max],
	],
};

/** Locals: 0 the bytes, 1 the largest, 2 the address, 3 two sums, 4 the largest in every lane, 5 powers of two, and what is left of
 * them, and what they come to, 6 their whole parts. */
const sumOfExponentials: CodeFunction = {
	name: 'sumOfExponentials',
	parameters: [i32, f32],
	result: f64,
	locals: [
		[1, i32],
		[4, v128],
	],
	body: [
		...[localGet(1), f32x4Splat, localSet(4)],
		forEachVector(
			2,
			...[localGet(2), v128Load, localGet(4), f32x4Subtract, everyFloat(Math.LOG2E), f32x4Multiply],
			// Less than the smallest float counts as that.
			...[everyFloat(-126), f32x4PseudoMax, localTee(5), f32x4Nearest, localSet(6)],
			...[localGet(5), localGet(6), f32x4Subtract, localSet(5)],
			everyFloat(powers[0]!),
			...powers.slice(1).flatMap(factor => [localGet(5), f32x4Multiply, everyFloat(factor), f32x4Add]),
			// The whole part goes where a float has its exponent.
			...[localGet(6), i32x4Truncate, everyInteger(127), i32x4Add, i32Const(23), i32x4ShiftLeft],
			...[f32x4Multiply, localTee(5), f64x2PromoteLow],
			...[localGet(5), localGet(5), highHalf, f64x2PromoteLow, f64x2Add],
			...[localGet(3), f64x2Add, localSet(3)],
		),
		...[localGet(3), f64x2Lane(0), localGet(3), f64x2Lane(1), f64Add],
	],
};

function factorial(number: number): number {
	return number < 2 ? 1 : number * factorial(number - 1);
}
