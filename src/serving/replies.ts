import { type ServerResponse } from 'node:http';
import { type Refusal } from './access';

export function sendJson(response: ServerResponse, body: object, status = 200): void {
	const text = JSON.stringify(body);
	response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
	response.end(text);
}

/** An error in the protocol's shape: as the whole answer, or as the last event of one that has begun. */
export function sendError(response: ServerResponse, { status, message, code }: Refusal): void {
	const error = { message, type: status < 500 ? 'invalid_request_error' : 'server_error', param: null, code };
	if (!response.headersSent) sendJson(response, { error }, status);
	else response.end(`data: ${JSON.stringify({ error })}\n\n`);
}

/** An answer as server-sent events. */
export class EventStream {
	constructor(private readonly response: ServerResponse) {
		response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
	}

	/** Waits while the client reads more slowly than the model writes; resolves too when it is gone. */
	async send(body: object): Promise<void> {
		const { response } = this;
		if (response.destroyed || response.write(`data: ${JSON.stringify(body)}\n\n`)) return;
		await new Promise<void>(resolve => {
			response.once('drain', resolve);
			response.once('close', resolve);
		});
	}

	end(): void {
		this.response.end('data: [DONE]\n\n');
	}
}
