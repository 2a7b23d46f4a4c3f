import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** What undici tells about a request; `fetch` of Node and of VS Code is made of it. Source: undici, docs/api/DiagnosticsChannel.md. */
interface Told {
	readonly request?: { readonly origin?: unknown; readonly path?: unknown; readonly method?: unknown };
}

/**
 * Gives up a request that finds nobody to talk to: no connection, or no end of the handshake of TLS, with the server or with the proxy
 * before it. `fetch` alone does not say when it is connected, and a server that is connected may think for minutes, so that the time
 * only runs where undici tells that the request began, and stops when it tells that the request is being sent. Where it tells nothing
 * (another `fetch`), the wait for the first event bounds all of it.
 */
export class Connecting {
	private readonly controller = new AbortController();
	readonly signal = this.controller.signal;
	private timer: NodeJS.Timeout | undefined;
	private request: unknown;

	constructor(
		private readonly wanted: { readonly url: string; readonly method: string },
		private readonly milliseconds: number,
	) {
		subscribe(began, this.onBegin);
		subscribe(sent, this.onSent);
	}

	/** Ends the watch: the server has answered, or the request is over. */
	stop(): void {
		clearTimeout(this.timer);
		unsubscribe(began, this.onBegin);
		unsubscribe(sent, this.onSent);
	}

	private readonly onBegin = (told: unknown): void => {
		const { request } = told as Told;
		if (this.request !== undefined || !request || !this.isOurs(request)) return;
		this.request = request;
		this.timer = setTimeout(() => this.controller.abort(), this.milliseconds);
	};

	private readonly onSent = (told: unknown): void => {
		if (this.request !== undefined && (told as Told).request === this.request) this.stop();
	};

	private isOurs({ origin, path, method }: NonNullable<Told['request']>): boolean {
		const { url } = this.wanted;
		return method === this.wanted.method && String(origin) + String(path) === new URL(url).href;
	}
}

const began = 'undici:request:create';
const sent = 'undici:client:sendHeaders';
