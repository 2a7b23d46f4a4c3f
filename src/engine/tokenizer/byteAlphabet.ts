/** GPT-2 writes each byte of a token as one printable character (openai/gpt-2, encoder.py): itself where it is printable in
 * Latin-1, else the next free character from U+0100 on. */
export interface ByteAlphabet {
	/** Character of each byte. */
	readonly characters: readonly string[];
	/** Bytes of a token, or undefined when it has a character that stands for no byte (`<|im_end|>` has none, `▁` has). */
	readonly bytesOf: (token: string) => Uint8Array | undefined;
}

export function byteAlphabet(): ByteAlphabet {
	// By character code; all are below 2 * 256.
	const byteOf = new Int16Array(2 * 256).fill(-1);
	const characters: string[] = [];
	let free = 0x100;
	for (let byte = 0; byte < 256; byte++) {
		const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
		const character = String.fromCharCode(printable ? byte : free++);
		characters.push(character);
		byteOf[character.charCodeAt(0)] = byte;
	}
	return { characters, bytesOf: token => bytesOf(token, byteOf) };
}

function bytesOf(token: string, byteOf: Int16Array): Uint8Array | undefined {
	const bytes = new Uint8Array(token.length);
	for (let index = 0; index < token.length; index++) {
		const byte = byteOf[token.charCodeAt(index)];
		if (byte === undefined || byte < 0) return undefined;
		bytes[index] = byte;
	}
	return bytes;
}
