/** Bytes of a WebAssembly module, or a part of one. */
export type Code = readonly number[];

/** Types of values. */
export const i32 = 0x7f;
export const f32 = 0x7d;
export const f64 = 0x7c;
export const v128 = 0x7b;

/** Instructions by their names in WebAssembly's text format. Those that begin with 0xfd work on vectors of 16 bytes. */
export const localGet = (index: number): Code => [0x20, index];
export const localSet = (index: number): Code => [0x21, index];
export const localTee = (index: number): Code => [0x22, index];
/** @param value 0 to 63, which is one byte */
export const i32Const = (value: number): Code => [0x41, value];
export const i32Add: Code = [0x6a];
export const i32LessThan: Code = [0x49];
export const f32Max: Code = [0x97];
export const f64Add: Code = [0xa0];
export const v128Load: Code = [0xfd, 0, 4, 0];
export const shuffle = (...lanes: Code): Code => [0xfd, 13, ...lanes];
export const f32x4Splat: Code = [0xfd, 19];
export const f32x4Lane = (lane: number): Code => [0xfd, 31, lane];
export const f64x2Lane = (lane: number): Code => [0xfd, 33, lane];
export const f64x2PromoteLow: Code = [0xfd, 95];
export const f32x4Nearest: Code = [0xfd, 106];
export const i32x4ShiftLeft: Code = [0xfd, 171, 1];
export const i32x4Add: Code = [0xfd, 174, 1];
export const f32x4Add: Code = [0xfd, 228, 1];
export const f32x4Subtract: Code = [0xfd, 229, 1];
export const f32x4Multiply: Code = [0xfd, 230, 1];
/** The second operand where it is larger, else the first: one instruction of the processor, which `f32x4.max` is not. */
export const f32x4PseudoMax: Code = [0xfd, 235, 1];
export const f64x2Add: Code = [0xfd, 240, 1];
export const i32x4Truncate: Code = [0xfd, 248, 1];

/** The same 32-bit number in all four lanes. */
export const everyFloat = (value: number): Code => v128Const(Float32Array.of(value, value, value, value));
export const everyInteger = (value: number): Code => v128Const(Int32Array.of(value, value, value, value));
const v128Const = ({ buffer }: Float32Array | Int32Array): Code => [0xfd, 12, ...new Uint8Array(buffer)];

/** Runs `body` at least once, and again while the condition that `code` ends with holds. */
export const loopWhile = (...code: readonly Code[]): Code => [0x03, 0x40, ...code.flat(), 0x0d, 0, 0x0b];

/** A function that a module exports. */
export interface CodeFunction {
	readonly name: string;
	readonly parameters: Code;
	readonly result: number;
	/** How many of which type, numbered behind the parameters; all 0 at first. */
	readonly locals: readonly (readonly [count: number, type: number])[];
	readonly body: readonly Code[];
}

/** A module of these functions that exports them and `memory`, one page of it at first. */
export function moduleOf(functions: readonly CodeFunction[]): Code {
	return [
		...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
		...section(
			1,
			functions.map(({ parameters, result }) => [0x60, ...sized(parameters), 1, result]),
		),
		...section(
			3,
			functions.map((_, index) => [index]),
		),
		...section(5, [[0, 1]]),
		...section(7, [exported('memory', 2, 0), ...functions.map(({ name }, index) => exported(name, 0, index))]),
		...section(
			10,
			functions.map(({ locals, body }) => sized([...list(locals), ...body.flat(), 0x0b])),
		),
	];
}

const exported = (name: string, kind: number, index: number): Code => [...sized([...Buffer.from(name)]), kind, index];
const section = (id: number, items: readonly Code[]): Code => [id, ...sized(list(items))];
const sized = (code: Code): Code => [...leb128(code.length), ...code];
const list = (items: readonly Code[]): Code => [...leb128(items.length), ...items.flat()];

/** A length in seven bits a byte, the lowest first. */
function leb128(length: number): Code {
	return length < 0x80 ? [length] : [(length & 0x7f) | 0x80, ...leb128(length >> 7)];
}
