/** CRC-32 as in zip and PNG (polynomial 0xedb88320, reflected) of UTF-8 text or bytes, as 8 hexadecimal digits. */
export function crc32(data: string | Uint8Array): string {
	const bytes = typeof data === 'string' ? Buffer.from(data) : data;
	let value = 0xffffffff;
	for (const byte of bytes) value = table[(value ^ byte) & 0xff]! ^ (value >>> 8);
	return ((value ^ 0xffffffff) >>> 0).toString(16).padStart(8, '0');
}

const table = Array.from({ length: 256 }, (_, index) => {
	let value = index;
	for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
	return value >>> 0;
});
