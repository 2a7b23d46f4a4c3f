import {
	findFillMethod,
	listModels,
	loadedContext,
	recogniseServer,
	ServerError,
	Transport,
	tryChat,
	type OpenAiServerOptions,
	type ServerFacts,
	type ServerModel,
} from '../backends';
import { GenerationError, type NetworkGate } from '../generation';

/** A server that answered with its models. */
export interface FoundServer {
	/** The address that worked: as typed, or with '/v1'. */
	readonly url: string;
	readonly models: readonly ServerModel[];
}

/** What a model on a server can do, tried for real. */
export interface Trial {
	readonly facts: ServerFacts;
	/** Why it cannot chat; undefined when it can. */
	readonly chatFailure: GenerationError | undefined;
}

interface Access {
	readonly network: NetworkGate;
	/** Used for the origin of the address that was typed, and for no other. */
	readonly key: string | undefined;
}

/** The models at an address, tried as it was typed and with '/v1', because most people leave that out.
 * @throws GenerationError of the address as typed */
export async function findServer(typed: string, access: Access, signal: AbortSignal): Promise<FoundServer> {
	const addresses = /\/v\d+[a-z]*$/.test(typed) ? [typed] : [typed, `${typed}/v1`];
	let failure: unknown;
	for (const url of addresses) {
		try {
			return { url, models: await listModels(transportFor(typed, access), url, signal) };
		} catch (error) {
			// Some servers answer everything but this (transformers serve without a hub cache): the name is then typed.
			if (error instanceof ServerError && (error.status ?? 0) >= 500 && !error.isPassing) return { url, models: [] };
			const isElsewhere = error instanceof ServerError && ['path', 'format', 'request'].includes(error.step);
			if (!isElsewhere) throw error;
			failure ??= error;
		}
	}
	throw failure;
}

/** Recognises the server, then asks the model for a chat answer and for a completion. @throws GenerationError when the server itself
 * fails; that it cannot chat or complete is a result */
export async function tryModel(found: FoundServer, model: string, access: Access, signal: AbortSignal): Promise<Trial> {
	const { url, models } = found;
	const transport = transportFor(url, access);
	const listed = models.find(({ id }) => id === model);
	const { kind, contextTokens } = await recogniseServer(transport, url, listed, signal);
	const facts: ServerFacts = { kind, ...(contextTokens !== undefined && { contextTokens }) };
	const options: OpenAiServerOptions = { url, model, facts, network: access.network, key: keyFor(url, access.key) };
	const chatFailure = await tryChat(options, signal).then(() => undefined, asFailure);
	const fill = await findFillMethod(options, signal);
	// Asked last: by now the model is loaded.
	const loaded = await loadedContext(transport, { url, kind, model }, signal);
	return { facts: { ...facts, ...(loaded && { contextTokens: loaded }), ...(fill && { fill }) }, chatFailure };
}

function transportFor(url: string, { network, key }: Access): Transport {
	return new Transport({ network, key: keyFor(url, key) });
}

function keyFor(url: string, key: string | undefined): (origin: string) => string | undefined {
	return origin => (origin === new URL(url).origin ? key : undefined);
}

/** That a model cannot chat is told; that the server is gone, or wants another key, ends the set-up. */
function asFailure(error: unknown): GenerationError {
	if (!(error instanceof GenerationError)) throw error;
	if (error instanceof ServerError && ['path', 'request', 'format', 'model'].includes(error.step)) return error;
	throw error;
}
