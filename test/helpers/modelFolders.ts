import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Disposable } from '../../src/base';
import { modelFolder } from './references';

/** A copy of a test model in a folder of its own, to be damaged. */
export function copyModel(name = 'tiny-gqa'): { readonly folder: string } & Disposable {
	const parent = mkdtempSync(join(tmpdir(), 'inkling-model-'));
	const folder = join(parent, name);
	cpSync(modelFolder(name), folder, { recursive: true });
	return { folder, dispose: () => rmSync(parent, { recursive: true, force: true }) };
}

/** An ONNX file that takes tokens and otherwise only names a file with weights: model.graph.initializer.external_data as protobuf. */
export function writeExternalGraph(file: string, location: string, length = 4): void {
	const entry = (key: string, value: string): Buffer => field(13, Buffer.concat([text(1, key), text(2, value)]));
	const tensor = Buffer.concat([
		text(8, 'weights'),
		entry('location', location),
		entry('offset', '0'),
		entry('length', String(length)),
	]);
	writeFileSync(file, Buffer.concat([Buffer.from([0x08, 8]), field(7, Buffer.concat([field(5, tensor), tokenInput]))]));
}

const text = (number: number, value: string): Buffer => field(number, Buffer.from(value));

function field(number: number, bytes: Buffer): Buffer {
	return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
	const bytes: number[] = [];
	for (let rest = value; ; rest = Math.floor(rest / 128)) {
		if (rest < 128) return Buffer.from([...bytes, rest]);
		bytes.push((rest % 128) + 128);
	}
}

/** graph.input: input_ids, int64, two dimensions that vary. */
const dimension = text(2, 'any');
const shape = Buffer.concat([field(1, dimension), field(1, dimension)]);
const tokenInput = field(
	11,
	Buffer.concat([text(1, 'input_ids'), field(2, field(1, Buffer.concat([Buffer.from([0x08, 7]), field(2, shape)])))]),
);
