import { silentLog, type Log } from '../../src/base';
import { EngineClient } from '../../src/backends';
import { serve } from '../../src/engine/serve';
import { greedy, type GenerateEvent, type GenerateRequest, type ModelInfo } from '../../src/generation';
import { type FromEngine, type ToEngine } from '../../src/protocol';
import { channelPair } from './channels';
import { isAbsolute } from 'node:path';
import { modelFolder } from './references';

/** The engine's own code and a client, in this process, with a loaded model. */
export interface InProcessEngine {
	readonly client: EngineClient;
	readonly model: ModelInfo;
	dispose(): void;
}

/** @param model name of a test model, or an absolute folder */
export async function startInProcess(
	model: string,
	cacheBytes = 64 << 20,
	log: Log = silentLog,
	now = (): number => performance.now(),
): Promise<InProcessEngine> {
	const { near, far, close } = channelPair<ToEngine, FromEngine>();
	const server = serve(far, { now });
	const client = new EngineClient(near, log);
	const options = {
		folder: isAbsolute(model) ? model : modelFolder(model),
		device: 'cpu',
		threads: 1,
		cacheBytes,
	} as const;
	const info = await client.load(options, () => undefined);
	return {
		client,
		model: info,
		dispose: () => {
			close('the test is over');
			server.dispose();
		},
	};
}

/** A greedy request for the continuation of token ids, changed where a test cares. */
export function requestFor(ids: readonly number[], changes: Partial<GenerateRequest> = {}): GenerateRequest {
	return {
		prompt: { kind: 'tokens', ids },
		maxTokens: 32,
		sampling: greedy,
		stop: [],
		priority: 'command',
		...changes,
	};
}

export interface Collected {
	readonly text: string;
	readonly done: Extract<GenerateEvent, { type: 'done' }>;
}

/** The whole answer. */
export async function collect(events: AsyncIterable<GenerateEvent>): Promise<Collected> {
	let text = '';
	for await (const event of events) {
		if (event.type === 'done') return { text, done: event };
		text += event.text;
	}
	throw new Error('the answer has no end');
}

export const never = new AbortController().signal;
