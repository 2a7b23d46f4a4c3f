import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

/** A request as a server sees it. */
export interface Received {
	readonly method: string;
	readonly path: string;
	readonly headers: IncomingMessage['headers'];
	/** Parsed where there was one. */
	readonly body: unknown;
}

export type Script = (received: Received, response: ServerResponse) => void;

/** A server on the loopback interface that does what a test says. */
export class ScriptedServer {
	readonly received: Received[] = [];
	/** Connections that the client closed before the answer was over. */
	hungUp = 0;
	private constructor(
		private readonly server: Server,
		readonly origin: string,
	) {}

	/** Base address as it is given to a client. */
	get url(): string {
		return `${this.origin}/v1`;
	}

	static async start(script: Script): Promise<ScriptedServer> {
		const server = createServer();
		await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
		const scripted = new ScriptedServer(server, `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
		server.on('request', (request: IncomingMessage, response: ServerResponse) => {
			void readBody(request).then(body => {
				const received = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
				scripted.received.push(received);
				response.on('close', () => (scripted.hungUp += response.writableFinished ? 0 : 1));
				script(received, response);
			});
		});
		return scripted;
	}

	async stop(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise(resolve => this.server.close(resolve));
	}
}

async function readBody(request: IncomingMessage): Promise<unknown> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	const text = Buffer.concat(chunks).toString();
	return text === '' ? undefined : (JSON.parse(text) as unknown);
}

/** An event of a streamed chat answer. */
export const chatEvent = (delta: object, finish: string | null = null, more: object = {}): string =>
	`data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }], ...more })}\n\n`;

/** A whole streamed chat answer, a word an event. */
export function chatAnswer(text: string): string {
	const words = text.split(/(?<= )/).map(content => chatEvent({ content }));
	return `${words.join('')}${chatEvent({}, 'stop')}data: [DONE]\n\n`;
}
