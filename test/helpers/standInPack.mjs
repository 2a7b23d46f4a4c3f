import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePackManifest } from '../harness/packFiles.mjs';
import { makeChatModel } from './chatModel.mjs';

const base = join(import.meta.dirname, '..', 'fixtures', 'models', 'tiny-code');
/** Shorter numbers stay in the graph. */
const shortBytes = 1024;

/**
 * Makes a pack of a small model: laid out as the real one is, with its weights in `shards` files beside the graph and a manifest. It
 * completes, follows instructions and chats; what it says is babble. Returns the folder.
 */
export function makeStandInPack(parent, { id = 'stand-in', shards = 3 } = {}) {
	const folder = makeChatModel(parent, id);
	const { inkling } = readJson(join(base, 'config.json'));
	const config = readJson(join(folder, 'config.json'));
	config.inkling = { ...inkling, roles: ['fill', 'task', 'chat'] };
	writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
	for (const name of ['MODEL_CARD.md', 'LICENSE', 'NOTICE']) writeFileSync(join(folder, name), `${name} of a test.\n`);
	shard(join(folder, 'onnx', 'model_int8.onnx'), join(folder, 'onnx', 'model_q4.onnx'), shards);
	rmSync(join(folder, 'onnx', 'model_int8.onnx'));
	writePackManifest(folder);
	return folder;
}

/** Makes an extension folder with a pack in it, as one that is installed looks. Returns the pack's folder in it. */
export function makePackExtension(parent, options) {
	const extension = join(parent, 'inkling.inkling-models-1.0.0');
	mkdirSync(extension, { recursive: true });
	writeFileSync(join(extension, 'package.json'), JSON.stringify({ name: 'inkling-models', publisher: 'inkling' }));
	return makeStandInPack(join(extension, 'models'), options);
}

/** Changes one bit of a file. */
export function flipBit(file, at = 1000) {
	const bytes = readFileSync(file);
	bytes[at] ^= 1;
	writeFileSync(file, bytes);
}

/** A copy of a pack under another folder, with nothing of what an engine left beside it. */
export function copyPack(folder, parent) {
	const copy = join(parent, folder.split(/[/\\]/).at(-1));
	cpSync(folder, copy, { recursive: true, filter: path => !path.includes('.inkling.onnx') });
	return copy;
}

const readJson = file => JSON.parse(readFileSync(file, 'utf8'));
export const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');

/** Moves the long numbers of a graph into files `<graph>_data_0` and so on, of about the same size. */
function shard(from, to, count) {
	const bytes = readFileSync(from);
	const total = initializers(bytes).reduce((sum, tensor) => sum + (rawData(tensor)?.length ?? 0), 0);
	const files = Array.from({ length: count }, () => []);
	let moved = 0;
	const place = data => {
		const index = Math.min(count - 1, Math.floor((moved / total) * count));
		const offset = files[index].reduce((sum, piece) => sum + piece.length, 0);
		files[index].push(data);
		moved += data.length;
		return { location: `${to.split(/[/\\]/).at(-1)}_data_${index}`, offset, length: data.length };
	};
	const graph = fields(fields(bytes).find(({ number }) => number === 7).value);
	const changed = graph.map(one => (one.number === 5 ? message(5, external(one.value, place)) : one.whole));
	writeFileSync(
		to,
		Buffer.concat(fields(bytes).map(one => (one.number === 7 ? message(7, Buffer.concat(changed)) : one.whole))),
	);
	for (const [index, pieces] of files.entries()) writeFileSync(`${to}_data_${index}`, Buffer.concat(pieces));
}

const initializers = model =>
	fields(fields(model).find(({ number }) => number === 7).value)
		.filter(({ number }) => number === 5)
		.map(({ value }) => value);

function rawData(tensor) {
	const data = fields(tensor).find(({ number }) => number === 9)?.value;
	return data && data.length > shortBytes ? data : undefined;
}

/** TensorProto: raw_data becomes external_data and data_location. */
function external(tensor, place) {
	const data = rawData(tensor);
	if (data === undefined) return tensor;
	const kept = fields(tensor).flatMap(({ number, whole }) => (number === 9 ? [] : [whole]));
	const entries = Object.entries(place(data)).map(([key, value]) =>
		message(13, Buffer.concat([message(1, Buffer.from(key)), message(2, Buffer.from(String(value)))])),
	);
	return Buffer.concat([...kept, ...entries, varint(14 * 8), varint(1)]);
}

/** The fields of a protobuf message: their numbers, contents and bytes with everything. */
function fields(bytes) {
	const found = [];
	for (let at = 0; at < bytes.length;) {
		const start = at;
		const read = () => {
			let value = 0;
			for (let shift = 1; ; shift *= 128) {
				const byte = bytes[at++];
				value += (byte % 128) * shift;
				if (byte < 128) return value;
			}
		};
		const key = read();
		const wireType = key % 8;
		let end = at;
		if (wireType === 0) read();
		if (wireType === 1) at += 8;
		if (wireType === 5) at += 4;
		if (wireType === 2) {
			const length = read();
			end = at;
			at += length;
		}
		found.push({ number: Math.floor(key / 8), value: bytes.subarray(end, at), whole: bytes.subarray(start, at) });
	}
	return found;
}

const message = (number, bytes) => Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);

function varint(value) {
	const bytes = [];
	for (let rest = value; ; rest = Math.floor(rest / 128)) {
		if (rest < 128) return Buffer.from([...bytes, rest]);
		bytes.push((rest % 128) + 128);
	}
}
