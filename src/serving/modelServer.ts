import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Log } from '../base';
import { GenerationError, type TextGenerator } from '../generation';
import { refusalFor } from './access';
import { answerChat, answerCompletion, type Asked } from './answers';
import { readBody, readChatRequest, readCompletionRequest } from './requests';
import { sendError, sendJson } from './replies';

/** The models that are offered. */
export interface ServedModels {
	list(): Promise<readonly string[]>;
	/** A model of the list, loaded. @throws GenerationError */
	open(id: string): Promise<TextGenerator>;
}

export interface ModelServerOptions {
	readonly models: ServedModels;
	/** What a client has to bring as its key. */
	readonly key: string;
	/** 0 takes any that is free. */
	readonly port: number;
	readonly log: Log;
}

/** Requests that are worked on at once; more are told to come back. */
const mostRequests = 16;
const tooMany = { status: 429, message: 'Too many requests at once.', code: 'rate_limit_exceeded' };
const loopback = '127.0.0.1';

/** The models of this machine behind the OpenAI protocol: models, chat completions and completions with a suffix. Listens on the
 * loopback interface only, from `start` to `dispose`. Source: OpenAI API reference. */
export class ModelServer {
	private readonly server: Server;
	private readonly stopped = new AbortController();
	private requests = 0;

	private constructor(private readonly options: ModelServerOptions) {
		this.server = createServer((request, response) => {
			void this.receive(request, response);
		});
		// A client that sends a byte a minute keeps nothing open for long.
		this.server.headersTimeout = 10_000;
		this.server.requestTimeout = 30_000;
	}

	/** @throws Error when the port is taken */
	static async start(options: ModelServerOptions): Promise<ModelServer> {
		const started = new ModelServer(options);
		await new Promise<void>((resolve, reject) => {
			started.server.once('error', reject);
			started.server.listen(options.port, loopback, resolve);
		});
		return started;
	}

	/** What a client needs as its base address. */
	get url(): string {
		return `http://${loopback}:${String((this.server.address() as AddressInfo).port)}/v1`;
	}

	/** Ends what is running and frees the port. */
	async dispose(): Promise<void> {
		this.stopped.abort();
		this.server.closeAllConnections();
		await new Promise(resolve => this.server.close(resolve));
	}

	private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { log, key } = this.options;
		const refusal = refusalFor(request.headers, { key, host: new URL(this.url).host });
		if (refusal ?? this.requests >= mostRequests) {
			if (!refusal) response.setHeader('retry-after', '1');
			sendError(response, refusal ?? tooMany);
			return;
		}
		this.requests++;
		const gone = new AbortController();
		response.on('close', () => gone.abort());
		try {
			await this.route(request, { response, signal: AbortSignal.any([gone.signal, this.stopped.signal]) });
		} catch (error) {
			log.warn(`Served model: ${error instanceof GenerationError ? error.code : 'internal error'}.`);
			sendError(response, errorFor(error));
		} finally {
			this.requests--;
		}
	}

	private async route(
		request: IncomingMessage,
		{ response, signal }: { readonly response: ServerResponse; readonly signal: AbortSignal },
	): Promise<void> {
		const path = new URL(request.url ?? '/', this.url).pathname;
		switch (`${request.method ?? ''} ${path}`) {
			case 'GET /v1/models':
				return this.sendModels(response);
			case 'POST /v1/chat/completions': {
				const chat = readChatRequest(await readBody(request));
				return answerChat(chat, await this.asked(chat.model, { response, signal }));
			}
			case 'POST /v1/completions': {
				const completion = readCompletionRequest(await readBody(request));
				return answerCompletion(completion, await this.asked(completion.model, { response, signal }));
			}
			default:
				sendError(response, { status: 404, message: `There is no ${path} here.`, code: 'not_found' });
		}
	}

	private async asked(
		model: string,
		{ response, signal }: { readonly response: ServerResponse; readonly signal: AbortSignal },
	): Promise<Asked> {
		const { models } = this.options;
		if (!(await models.list()).includes(model))
			throw new GenerationError('modelMissing', `The model '${model.slice(0, 100)}' does not exist.`);
		return { generator: await models.open(model), model, response, signal };
	}

	private async sendModels(response: ServerResponse): Promise<void> {
		const ids = await this.options.models.list();
		const data = ids.map(id => ({ id, object: 'model', created: 0, owned_by: 'inkling' }));
		sendJson(response, { object: 'list', data });
	}
}

/** What a failure is called in the protocol. Its message may name files of this machine only where the client asked for them. */
function errorFor(error: unknown): { readonly status: number; readonly message: string; readonly code: string } {
	if (!(error instanceof GenerationError)) return { status: 500, message: 'Internal error.', code: 'internal_error' };
	const { code, message } = error;
	switch (code) {
		case 'modelMissing':
			return { status: 404, message, code: 'model_not_found' };
		case 'badRequest':
			return { status: 400, message, code: 'invalid_request' };
		case 'promptTooLong':
			return { status: 400, message, code: 'context_length_exceeded' };
		case 'unsupportedTask':
			return { status: 400, message: 'This model cannot do that.', code: 'unsupported' };
		default:
			return { status: 503, message: `The engine failed: ${code}.`, code };
	}
}
