/** Sums over many floats, four at a time; JavaScript has no vectors of its own. */
export interface VectorSums {
	/** The largest of `numbers`, -Infinity when there is none. NaNs do not count. */
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
		const { exports } = new Instance(new Module(Uint8Array.from(assemble())));
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

type Code = readonly number[];

/** Binary codes of WebAssembly, by their names in its text format; those above 0xfc are vector instructions. */
const i32 = 0x7f;
const f32 = 0x7d;
const f64 = 0x7c;
const v128 = 0x7b;
const localGet = (index: number): Code => [0x20, index];
const localSet = (index: number): Code => [0x21, index];
const localTee = (index: number): Code => [0x22, index];
const i32Const = (value: number): Code => [0x41, ...leb128(value)];
const i32Add: Code = [0x6a];
const i32LessThan: Code = [0x49];
const f32Max: Code = [0x97];
const f64Add: Code = [0xa0];
const v128Load: Code = [0xfd, 0, 4, 0];
const v128Const = (...values: Code): Code => [0xfd, 12, ...values];
const shuffle = (...lanes: Code): Code => [0xfd, 13, ...lanes];
const f32x4Splat: Code = [0xfd, 19];
const f32x4Lane = (lane: number): Code => [0xfd, 31, lane];
const f64x2Lane = (lane: number): Code => [0xfd, 33, lane];
const f64x2PromoteLow: Code = [0xfd, 95];
const f32x4Nearest: Code = [0xfd, 106];
const i32x4ShiftLeft: Code = [0xfd, 171, 1];
const i32x4Add: Code = [0xfd, 174, 1];
const f32x4Add: Code = [0xfd, 228, 1];
const f32x4Subtract: Code = [0xfd, 229, 1];
const f32x4Multiply: Code = [0xfd, 230, 1];
/** The second operand where it is larger, else the first: one instruction of the processor, which `f32x4.max` is not. */
const f32x4PseudoMax: Code = [0xfd, 235, 1];
const f64x2Add: Code = [0xfd, 240, 1];
const i32x4Truncate: Code = [0xfd, 248, 1];

const everyLane = (value: number): Code =>
	v128Const(...new Uint8Array(Float32Array.of(value, value, value, value).buffer));
const everyInteger = (value: number): Code =>
	v128Const(...new Uint8Array(Int32Array.of(value, value, value, value).buffer));
const highHalf = shuffle(8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);

/** 2^x for -0.5 <= x <= 0.5, from the highest power of x down: the series of e^(x ln 2), which is off by less than half a float's
 * last bit there. */
const powers = [6, 5, 4, 3, 2, 1, 0].map(power => Math.LN2 ** power / factorial(power));

/** Runs `body` for every vector of the memory up to the first parameter; `at` is the local with its address. */
const forEachVector = (at: number, body: readonly Code[]): readonly Code[] => [
	[0x03, 0x40],
	...body,
	[...localGet(at), ...i32Const(16), ...i32Add, ...localTee(at), ...localGet(0), ...i32LessThan],
	[0x0d, 0, 0x0b],
];

/** Parameters: bytes. Locals: 1 the address, 2 the largest by lane. */
const largest: readonly Code[] = [
	[...everyLane(-Infinity), ...localSet(2)],
	...forEachVector(1, [[...localGet(2), ...localGet(1), ...v128Load, ...f32x4PseudoMax, ...localSet(2)]]),
	...[0, 1, 2, 3].map(lane => [...localGet(2), ...f32x4Lane(lane)]),
	[...f32Max, ...f32Max, ...f32Max],
];

/** Parameters: bytes, the largest. Locals: 2 the address, 3 the sums of two lanes, 4 the largest in every lane, 5 a number of powers
 * of two, 6 its whole part. */
const sumOfExponentials: readonly Code[] = [
	[...localGet(1), ...f32x4Splat, ...localSet(4)],
	...forEachVector(2, [
		[...localGet(2), ...v128Load, ...localGet(4), ...f32x4Subtract, ...everyLane(Math.LOG2E), ...f32x4Multiply],
		// Less than the smallest float counts as that.
		[...everyLane(-126), ...f32x4PseudoMax, ...localTee(5), ...f32x4Nearest, ...localSet(6)],
		[...localGet(5), ...localGet(6), ...f32x4Subtract, ...localSet(5)],
		[...everyLane(powers[0]!)],
		...powers.slice(1).map(factor => [...localGet(5), ...f32x4Multiply, ...everyLane(factor), ...f32x4Add]),
		// The whole part goes where a float has its exponent.
		[...localGet(6), ...i32x4Truncate, ...everyInteger(127), ...i32x4Add, ...i32Const(23), ...i32x4ShiftLeft],
		[
			...f32x4Multiply,
			...localTee(5),
			...f64x2PromoteLow,
			...localGet(5),
			...localGet(5),
			...highHalf,
			...f64x2PromoteLow,
		],
		[...f64x2Add, ...localGet(3), ...f64x2Add, ...localSet(3)],
	]),
	[...localGet(3), ...f64x2Lane(0), ...localGet(3), ...f64x2Lane(1), ...f64Add],
];

/** A module of these two functions and one page of memory. */
function assemble(): Code {
	const type = (parameters: Code, result: number): Code => [0x60, ...list(parameters.map(one => [one])), 1, result];
	const exported = (name: string, kind: number, index: number): Code => [...sized([...Buffer.from(name)]), kind, index];
	const code = (locals: readonly Code[], body: readonly Code[]): Code => sized([...list(locals), ...body.flat(), 0x0b]);
	return [
		...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
		...section(1, [type([i32], f32), type([i32, f32], f64)]),
		...section(3, [[0], [1]]),
		...section(5, [[0, 1]]),
		...section(7, [exported('memory', 2, 0), exported('largest', 0, 0), exported('sumOfExponentials', 0, 1)]),
		...section(10, [
			code([[1, i32], [1, v128]], largest), // prettier-ignore
			code([[1, i32], [4, v128]], sumOfExponentials), // prettier-ignore
		]),
	];
}

const section = (id: number, items: readonly Code[]): Code => [id, ...sized(list(items))];
const sized = (code: Code): Code => [...leb128(code.length), ...code];
const list = (items: readonly Code[]): Code => [...leb128(items.length), ...items.flat()];

/** Numbers of seven bits a byte, as WebAssembly writes them; `value` is not negative. */
function leb128(value: number): Code {
	const bytes = [value & 0x7f];
	// A number that fits seven bits is signed where it stands for a constant: none here has the bit that would make it negative.
	for (let rest = value >> 7; rest > 0; rest >>= 7) {
		bytes[bytes.length - 1]! |= 0x80;
		bytes.push(rest & 0x7f);
	}
	return bytes;
}

function factorial(number: number): number {
	return number < 2 ? 1 : number * factorial(number - 1);
}
