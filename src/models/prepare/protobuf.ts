/** Writes protocol buffer messages, the wire format of ONNX files. Fields appear in the order they are added. */
export class ProtobufWriter {
	private readonly parts: Uint8Array[] = [];

	/** @param value a whole number from 0 to 2^53, or a negative one of 64 bits */
	integer(field: number, value: number | bigint): this {
		return this.raw(varint(BigInt(field) << 3n), varint(BigInt.asUintN(64, BigInt(value))));
	}

	float(field: number, value: number): this {
		const bytes = new Uint8Array(4);
		new DataView(bytes.buffer).setFloat32(0, value, true);
		return this.raw(varint((BigInt(field) << 3n) | 5n), bytes);
	}

	text(field: number, value: string): this {
		return this.bytes(field, new TextEncoder().encode(value));
	}

	/** Bytes, or a message that is finished already. */
	bytes(field: number, value: Uint8Array): this {
		return this.raw(varint((BigInt(field) << 3n) | 2n), varint(BigInt(value.length)), value);
	}

	message(field: number, value: ProtobufWriter): this {
		return this.bytes(field, value.finish());
	}

	/** Whole fields as they stand in another message. */
	raw(...bytes: readonly Uint8Array[]): this {
		this.parts.push(...bytes);
		return this;
	}

	finish(): Uint8Array {
		const result = new Uint8Array(this.parts.reduce((sum, part) => sum + part.length, 0));
		let at = 0;
		for (const part of this.parts) {
			result.set(part, at);
			at += part.length;
		}
		return result;
	}
}

function varint(value: bigint): Uint8Array {
	const bytes: number[] = [];
	let rest = value;
	while (rest > 0x7fn) {
		bytes.push(Number(rest & 0x7fn) | 0x80);
		rest >>= 7n;
	}
	bytes.push(Number(rest));
	return Uint8Array.from(bytes);
}
