import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { whyRefused } from '../../src/models/download/fileNames';
import { transferFiles } from '../../src/models/download/transfer';
import { hubAt, installFrom, temporaryStore } from '../helpers/downloads';
import { HubServer, repositoryFiles, sha256 } from '../helpers/hubServer';
import { modelFolder } from '../helpers/references';

const repository = 'someone/tiny-gqa';
const payload = Buffer.alloc(20_000, 'x');
const hostile = [
	'../escape.json',
	'../../../../tmp/escape.json',
	'onnx/../../escape.onnx',
	'/etc/escape.json',
	'//server/share/escape.json',
	'C:/escape.json',
	'C:escape.json',
	'..\\escape.json',
	'onnx\\..\\..\\escape.onnx',
	'escape.json:stream.json',
	'con.json',
	'NUL.json',
	'onnx/aux.onnx',
	'COM1.txt',
	'lpt9.onnx',
	'escape.exe',
	'escape.js',
	'escape.py',
	'model.pkl',
	'model.bin',
	'.npmrc',
	'.git/config.json',
	'escape',
	'escape.json.',
	'escape.json ',
	' escape.json',
	'esc\u0000ape.json',
	'esc\u202eape.json',
	'a/b/c/d/e/escape.json',
	`${'a'.repeat(300)}.json`,
	'onnx//escape.onnx',
	'./escape.json',
	'~/escape.json',
	'-rf.json',
];

let server: HubServer;
let place: ReturnType<typeof temporaryStore>;
beforeEach(async () => {
	const files = new Map([
		...repositoryFiles(modelFolder('tiny-gqa')),
		...hostile.map(name => [name, payload] as const),
	]);
	server = await HubServer.start(repository, files);
	place = temporaryStore();
});
afterEach(async () => {
	await server.stop();
	place.dispose();
});

test(`S12: ${hostile.length} hostile names in a repository: the model is installed, and no file is where it should not be`, async () => {
	const { folder } = await installFrom(place.store, hubAt(server.address), repository);
	const names = [...repositoryFiles(place.root).keys()];
	const allowed = names.filter(name => /^someone\/tiny-gqa-full\/(onnx\/)?[\w.-]+\.(onnx|json)$/.test(name));
	expect(names).toEqual(allowed);
	expect(readdirSync(folder).filter(name => name.includes('escape'))).toEqual([]);
	expect(server.requests.filter(({ url }) => url.includes('escape'))).toEqual([]);
});

test.each(hostile)('S12: %j is refused before anything is asked for', async path => {
	expect(whyRefused(path)).toMatch(/^it |^its /);
	const transfer = transferFiles(
		{
			...{ hub: hubAt(server.address), repository, commit: server.commit },
			files: [{ path, bytes: payload.length, sha256: sha256(payload) }],
			folder: join(place.root, 'folder'),
			onProgress: () => undefined,
			delay: () => Promise.resolve(),
			now: () => 0,
		},
		new AbortController().signal,
	);
	await expect(transfer).rejects.toMatchObject({ code: 'refusedName' });
	expect([...repositoryFiles(place.root).keys()]).toEqual([]);
	expect(server.requests).toEqual([]);
});

test.each([
	'config.json',
	'onnx/model_q4f16.onnx',
	'onnx/model.onnx_data',
	'onnx/model.onnx_data_12',
	'merges.txt',
	'chat_template.jinja',
	'spiece.model',
])('S12: %j is an ordinary name', path => {
	expect(whyRefused(path)).toBeUndefined();
});
