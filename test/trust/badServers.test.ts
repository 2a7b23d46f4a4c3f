import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NetworkLedger } from '../../src/backends';
import { GenerationError } from '../../src/generation';
import { DownloadError } from '../../src/models';
import { hubAt, installFrom, temporaryStore } from '../helpers/downloads';
import { HubServer, repositoryFiles, sha256, zipped, type HubRequest } from '../helpers/hubServer';
import { modelFolder } from '../helpers/references';

const repository = 'someone/tiny-gqa';
const graph = 'onnx/model.onnx';
const files = repositoryFiles(modelFolder('tiny-gqa'));
const bytes = files.get(graph)!;
const half = Math.floor(bytes.length / 2);

let server: HubServer;
let other: HubServer;
let place: ReturnType<typeof temporaryStore>;
beforeEach(async () => {
	server = await HubServer.start(repository, files);
	other = await HubServer.start(repository, files);
	place = temporaryStore();
});
afterEach(async () => {
	await server.stop();
	await other.stop();
	place.dispose();
});

const isGraph = ({ kind, path }: HubRequest): boolean => kind === 'bytes' && path === graph;

/** Sends the first half with the length of the whole and hangs up. */
function hangUp({ response }: HubRequest, etag = `"${sha256(bytes)}"`): boolean {
	response.writeHead(200, { etag, 'content-length': String(bytes.length) });
	response.write(bytes.subarray(0, half), () => setTimeout(() => response.destroy(), 20));
	return true;
}

/** Hangs up at first; what comes after is up to `later`. */
const afterHangUp =
	(later: (asked: HubRequest) => boolean, etag?: string) =>
	(asked: HubRequest): boolean =>
		isGraph(asked) && (asked.count === 1 ? hangUp(asked, etag) : later(asked));

/** Answers once, or always, with a status. */
const status =
	(code: number, headers: Record<string, string>, times: number) =>
	(asked: HubRequest): boolean => {
		if (!isGraph(asked) || asked.count > times) return false;
		asked.response.writeHead(code, headers).end();
		return true;
	};

const body =
	(content: Buffer, headers: Record<string, string> = {}) =>
	(asked: HubRequest): boolean => {
		if (!isGraph(asked)) return false;
		asked.response.writeHead(200, { 'content-length': String(content.length), ...headers }).end(content);
		return true;
	};

const flipped = Buffer.from(bytes);
flipped[half]! ^= 1;

type Outcome = 'right' | DownloadError['code'];
const scripts: readonly (readonly [string, Outcome, (asked: HubRequest) => boolean])[] = [
	['hangs up half-way', 'right', afterHangUp(() => false)],
	[
		'ignores the range',
		'right',
		afterHangUp(({ response }) => {
			response.writeHead(200, { 'content-length': String(bytes.length) }).end(bytes);
			return true;
		}),
	],
	[
		'refuses the range once',
		'right',
		afterHangUp(asked => asked.count === 2 && status(416, { 'content-range': `bytes */${bytes.length}` }, 2)(asked)),
	],
	['refuses every range', 'badAnswer', status(416, {}, Infinity)],
	[
		'goes on from another place than asked',
		'right',
		afterHangUp(({ count, response }) => {
			if (count > 2) return false;
			response
				.writeHead(206, { 'content-range': `bytes 7-${bytes.length - 1}/${bytes.length}` })
				.end(bytes.subarray(7));
			return true;
		}),
	],
	['has another ETag the second time', 'right', afterHangUp(() => false, '"first"')],
	[
		'has no ETag',
		'right',
		({ kind, path, response, from }) => {
			if (kind !== 'bytes' || path !== graph) return false;
			response.writeHead(200, { 'content-length': String(bytes.length - from) }).end(bytes.subarray(from));
			return true;
		},
	],
	['sends less than listed, always', 'offline', body(bytes.subarray(0, half))],
	['sends more than listed', 'corrupt', body(Buffer.concat([bytes, Buffer.from('x')]))],
	['sends one wrong bit', 'corrupt', body(flipped)],
	[
		'sends a web page with status 200',
		'badAnswer',
		body(Buffer.from('<html>Log in</html>'), { 'content-type': 'text/html; charset=utf-8' }),
	],
	[
		'sends the text pointer of a large file',
		'offline',
		body(Buffer.from(`version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize ${bytes.length}\n`)),
	],
	['compresses', 'right', body(zipped(bytes), { 'content-encoding': 'gzip' })],
	['asks to wait', 'right', status(429, { 'retry-after': '1' }, 2)],
	['asks to wait for an hour', 'rateLimited', status(429, { 'retry-after': '3600' }, Infinity)],
	['is out of order for a while', 'right', status(503, {}, 3)],
	['is out of order', 'badAnswer', status(500, {}, Infinity)],
	[
		'redirects in a circle',
		'badAnswer',
		asked => isGraph(asked) && !!asked.response.writeHead(302, { location: asked.request.url! }).end(),
	],
	['redirects to a file of this machine', 'badAnswer', status(302, { location: 'file:///etc/passwd' }, Infinity)],
	[
		'redirects to another host',
		'right',
		asked => isGraph(asked) && !!asked.response.writeHead(308, { location: `${other.address}/bytes/${graph}` }).end(),
	],
	[
		'links to other bytes than it listed',
		'changed',
		({ kind, path, response }) =>
			kind === 'resolve' &&
			path === graph &&
			!!response.writeHead(302, { location: `/bytes/${graph}`, 'x-linked-etag': `"${'0'.repeat(64)}"` }).end(),
	],
	['sends a byte now and then', 'offline', asked => isGraph(asked) && drip(asked)],
	['never answers', 'offline', isGraph],
	['asks for an account', 'unauthorized', status(401, {}, Infinity)],
	['asks for the licence', 'gated', status(401, { 'x-error-code': 'GatedRepo' }, Infinity)],
	['has lost the file', 'notFound', status(404, {}, Infinity)],
	[
		'lists a web page',
		'badAnswer',
		({ kind, response }) => kind === 'tree' && !!response.writeHead(200).end('<html></html>'),
	],
	[
		'lists files of another shape',
		'badAnswer',
		({ kind, response }) => kind === 'tree' && !!response.writeHead(200).end('[{"type":"file","path":7}]'),
	],
	[
		'lists endless pages',
		'noModel',
		({ kind, response, request }) =>
			kind === 'tree' && !!response.writeHead(200, { link: `<${request.url!}>; rel="next"` }).end('[]'),
	],
	[
		'lists no hashes',
		'noModel',
		({ kind, response }) =>
			kind === 'tree' &&
			!!response.writeHead(200).end(JSON.stringify([...files.keys()].map(path => ({ type: 'file', path, size: 9 })))),
	],
];

function drip({ response }: HubRequest): boolean {
	response.writeHead(200, { 'content-length': String(bytes.length) });
	let at = 0;
	const timer = setInterval(() => response.write(bytes.subarray(at, ++at)), 50);
	response.on('close', () => clearInterval(timer));
	return true;
}

test.each(scripts)(
	'R11: a server that %s leads to %s, and nothing is there before it is right',
	async (_, outcome, script) => {
		server.misbehave = script;
		const hub = hubAt(server.address, { token: 'hf_secret', silenceMs: 200 });
		const result = await installFrom(place.store, hub, repository).then(
			model => model,
			(error: unknown) => error,
		);
		if (outcome === 'right') {
			expect(result).toMatchObject({ manifest: { repository, commit: server.commit } });
			expect(
				repositoryFiles((result as { folder: string }).folder)
					.get(graph)!
					.equals(bytes),
			).toBe(true);
		} else {
			expect(result).toBeInstanceOf(DownloadError);
			expect(result).toMatchObject({ code: outcome });
			expect((result as DownloadError).message).toMatch(/try|check|choose|resume|start|set|accept|is there|not safe/i);
			expect(existsSync(join(place.root, 'someone'))).toBe(false);
			expect(await place.store.list()).toEqual([]);
		}
		expect(server.requests.every(({ authorization }) => authorization === 'Bearer hf_secret')).toBe(true);
		expect(other.requests.every(({ authorization }) => authorization === undefined)).toBe(true);
	},
);

test('a token is not sent over plain http to another machine', async () => {
	const asked: (string | undefined)[] = [];
	const fetch = (_: unknown, init?: RequestInit): Promise<Response> => {
		asked.push((init?.headers as Record<string, string>).authorization);
		return Promise.resolve(new Response(null, { status: 404 }));
	};
	for (const endpoint of ['http://models.example', 'https://models.example'])
		await installFrom(place.store, hubAt(endpoint, { token: 'hf_secret', fetch }), repository).catch(() => undefined);
	expect(asked).toEqual([undefined, 'Bearer hf_secret']);
});

test('nothing is asked while the network is locked', async () => {
	const network = new NetworkLedger(
		() => true,
		() => 0,
	);
	const locked = installFrom(place.store, hubAt(server.address, { network }), repository);
	await expect(locked).rejects.toMatchObject({ code: 'offline' });
	expect(server.requests).toEqual([]);
	expect(network.entries).toMatchObject([{ purpose: 'download', refused: 1 }]);
});

test('the ledger knows every byte that was fetched', async () => {
	const network = new NetworkLedger(
		() => false,
		() => 0,
	);
	await installFrom(place.store, hubAt(server.address, { network }), repository);
	expect(network.entries[0]?.bytesReceived).toBeGreaterThanOrEqual(server.servedBytes);
});

test('a model larger than the disk is refused before its bytes are asked for', async () => {
	server.misbehave = ({ kind, response }) => {
		if (kind !== 'tree') return false;
		const listing = [...files.keys()].map(path => server.entry(path));
		const huge = { lfs: { oid: 'a'.repeat(64), size: 9e12 } };
		response.end(JSON.stringify(listing.map(entry => (entry.path === graph ? { ...entry, ...huge } : entry))));
		return true;
	};
	const refused = installFrom(place.store, hubAt(server.address), repository);
	await expect(refused).rejects.toMatchObject({
		code: 'diskFull',
		message: expect.stringMatching(/MB free/) as string,
	});
	expect(server.requests.filter(({ url }) => url.includes('onnx'))).toEqual([]);
});

test('what cannot be loaded is not kept', async () => {
	const broken = await HubServer.start(repository, new Map([...files, [graph, Buffer.alloc(20_000, 1)]]));
	await expect(installFrom(place.store, hubAt(broken.address), repository)).rejects.toThrow(GenerationError);
	expect(existsSync(join(place.root, 'someone'))).toBe(false);
	expect(await place.store.keptBytes({ repository, variant: 'full' })).toBe(0);
	await broken.stop();
});
