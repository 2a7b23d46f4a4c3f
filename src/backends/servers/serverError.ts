import { GenerationError, type GenerationErrorCode } from '../../generation';

/** Where on the way to an answer it failed, in the order in which they are passed. */
export const serverSteps = [
	'locked',
	'name',
	'connection',
	'unreachable',
	'tls',
	'proxy',
	'key',
	'path',
	'model',
	'request',
	'busy',
	'timeout',
	'format',
] as const;
export type ServerStep = (typeof serverSteps)[number];

interface Facts {
	readonly step: ServerStep;
	/** HTTP status, where there was an answer. */
	readonly status?: number;
	/** What the server itself said about it, at most a few hundred characters. */
	readonly said?: string;
	/** How long the server wants to be left alone, in milliseconds. */
	readonly retryAfterMs?: number;
}

/** A server's failure with the step at which it happened. */
export class ServerError extends GenerationError {
	readonly step: ServerStep;
	readonly status: number | undefined;
	readonly said: string;
	readonly retryAfterMs: number | undefined;

	constructor(facts: Facts, message: string, options?: ErrorOptions) {
		super(codeOf(facts.step), message, options);
		this.step = facts.step;
		this.status = facts.status;
		this.said = facts.said ?? '';
		this.retryAfterMs = facts.retryAfterMs;
	}

	/** Whether the same request may well succeed a moment later. */
	get isPassing(): boolean {
		if (this.step === 'busy' || this.step === 'connection') return true;
		return this.status === 502 || this.status === 503 || this.status === 504;
	}
}

function codeOf(step: ServerStep): GenerationErrorCode {
	switch (step) {
		case 'locked':
			return 'offline';
		case 'key':
			return 'unauthorized';
		case 'busy':
			return 'serverBusy';
		case 'model':
			return 'modelMissing';
		case 'request':
			return 'badRequest';
		case 'path':
		case 'format':
			return 'badResponse';
		default:
			return 'network';
	}
}
