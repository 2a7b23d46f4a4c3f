import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Files of this size and more have a sha256 and come from another address, as on the real host. */
const largeBytes = 10_000;

/** A file under another path or with other bytes than the repository has, for hostile listings. */
export type Listing = readonly Readonly<Record<string, unknown>>[];

/** What one request is about. */
export interface HubRequest {
	readonly request: IncomingMessage;
	readonly response: ServerResponse;
	readonly kind: 'revision' | 'tree' | 'resolve' | 'bytes';
	/** Of the repository; '' for listings. */
	readonly path: string;
	/** Requests of this kind for this path so far, this one included. */
	readonly count: number;
	/** First byte asked for; 0 without a range. */
	readonly from: number;
}

/** Answers a request in its own way and returns true, or leaves it to the server. */
export type Misbehaviour = (asked: HubRequest) => boolean;

/** A server that speaks the hub's protocol for one repository on 127.0.0.1, and can be told to misbehave. */
export class HubServer {
	readonly commit = createHash('sha1').update(randomUUID()).digest('hex');
	/** Bytes of file bodies that were handed to the network. */
	servedBytes = 0;
	readonly requests: {
		readonly url: string;
		readonly authorization: string | undefined;
		readonly range: string | undefined;
	}[] = [];
	misbehave: Misbehaviour = () => false;
	/** What the tree says instead of the truth. */
	listing: Listing | undefined;
	/** Bytes a second; undefined for as fast as it goes. */
	bytesPerSecond: number | undefined;
	private readonly counts = new Map<string, number>();

	private constructor(
		readonly repository: string,
		readonly files: ReadonlyMap<string, Buffer>,
		private readonly server: Server,
	) {}

	static async start(repository: string, files: ReadonlyMap<string, Buffer>): Promise<HubServer> {
		const server = createServer();
		const hub = new HubServer(repository, files, server);
		server.on('request', (request, response) => {
			hub.answer(request, response).catch(() => response.destroy());
		});
		await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
		// It must not keep a process alive that only looked at the tests.
		server.unref();
		return hub;
	}

	get address(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	async stop(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise(resolve => this.server.close(resolve));
	}

	/** What the tree says of a file. */
	entry(path: string): Readonly<Record<string, unknown>> {
		const bytes = this.files.get(path) ?? Buffer.alloc(0);
		const gitSha1 = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
		const large = bytes.length >= largeBytes;
		return {
			type: 'file',
			path,
			size: bytes.length,
			oid: gitSha1,
			...(large && { lfs: { oid: sha256(bytes), size: bytes.length } }),
		};
	}

	/** Sends bytes as a host does: with a range where one is asked for, at the pace that is set. */
	async send(
		{ request, response, from }: HubRequest,
		bytes: Buffer,
		headers: Record<string, string> = {},
	): Promise<void> {
		const etag = `"${sha256(bytes)}"`;
		const ifRange = request.headers['if-range'];
		const partial = request.headers.range !== undefined && (ifRange === undefined || ifRange === etag);
		const body = partial ? bytes.subarray(from) : bytes;
		response.writeHead(partial ? 206 : 200, {
			etag,
			'content-type': 'application/octet-stream',
			'content-length': String(body.length),
			...(partial && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
			...headers,
		});
		await this.pump(response, body);
		response.end();
	}

	/** Writes a body at the pace that is set, counting what went out. */
	async pump(response: ServerResponse, body: Buffer): Promise<void> {
		const step = 32 * 1024;
		for (let at = 0; at < body.length && !response.destroyed; at += step) {
			const piece = body.subarray(at, at + step);
			this.servedBytes += piece.length;
			if (!response.write(piece)) await emptied(response);
			if (this.bytesPerSecond !== undefined)
				await new Promise(resolve => setTimeout(resolve, (piece.length * 1000) / this.bytesPerSecond!));
		}
	}

	private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const url = request.url ?? '';
		const { authorization, range } = request.headers;
		this.requests.push({ url, authorization, range });
		const found = this.route(url);
		if (!found) {
			response.writeHead(404, { 'x-error-code': 'RepoNotFound' }).end();
			return;
		}
		const key = `${found.kind} ${found.path}`;
		const count = (this.counts.get(key) ?? 0) + 1;
		this.counts.set(key, count);
		const from = Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
		const asked = { request, response, ...found, count, from };
		if (!this.misbehave(asked)) await this.behave(asked);
	}

	private route(url: string): Pick<HubRequest, 'kind' | 'path'> | undefined {
		const { pathname } = new URL(url, this.address);
		const path = decodeURIComponent(pathname);
		const own = `/api/models/${this.repository}/`;
		if (path.startsWith(`${own}revision/`)) return { kind: 'revision', path: '' };
		if (path === `${own}tree/${this.commit}`) return { kind: 'tree', path: '' };
		const resolve = `/${this.repository}/resolve/${this.commit}/`;
		if (path.startsWith(resolve)) return { kind: 'resolve', path: path.slice(resolve.length) };
		return path.startsWith('/bytes/') ? { kind: 'bytes', path: path.slice('/bytes/'.length) } : undefined;
	}

	private async behave(asked: HubRequest): Promise<void> {
		const { kind, path, response } = asked;
		if (kind === 'revision') {
			json(response, { sha: this.commit, cardData: { license: 'mit' } });
			return;
		}
		if (kind === 'tree') {
			json(response, this.listing ?? [...this.files.keys()].map(name => this.entry(name)));
			return;
		}
		const bytes = this.files.get(path);
		if (!bytes) {
			response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end();
			return;
		}
		if (kind === 'bytes' || bytes.length < largeBytes) return this.send(asked, bytes);
		response.writeHead(302, {
			location: `/bytes/${path.split('/').map(encodeURIComponent).join('/')}`,
			'x-linked-etag': `"${sha256(bytes)}"`,
			'x-linked-size': String(bytes.length),
			'x-repo-commit': this.commit,
		});
		response.end();
	}
}

/** Until the network has taken what was written, or nobody listens any more. */
function emptied(response: ServerResponse): Promise<void> {
	return new Promise(resolve => {
		const done = (): void => {
			response.off('drain', done).off('close', done);
			resolve();
		};
		response.on('drain', done).on('close', done);
	});
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
export const zipped = (bytes: Buffer): Buffer => gzipSync(bytes);

function json(response: ServerResponse, value: unknown): void {
	response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** The files of a model folder as a repository has them. */
export function repositoryFiles(folder: string): ReadonlyMap<string, Buffer> {
	const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
	return new Map(
		entries.map(entry => {
			const file = join(entry.parentPath, entry.name);
			return [relative(folder, file).split(sep).join('/'), readFileSync(file)];
		}),
	);
}
