import { silentLog } from '../../src/base';
import { LocalEngine, startSharedEngine } from '../../src/backends';
import { type GenerateRequest } from '../../src/generation';

/** Arguments: engine bundle, model folder, number of prompt tokens; a folder where the engine is shared, if it is. */
async function main(): Promise<void> {
	const [entry, folder, promptTokens, shared] = process.argv.slice(2);
	const load = { folder: folder!, device: 'cpu', threads: 1, cacheBytes: 1e8 } as const;
	const engine = new LocalEngine({
		entry: entry!,
		load: () => load,
		idleUnloadMs: 0,
		log: silentLog,
		...(shared !== undefined && { startProcess: (file, log) => startSharedEngine(shared, file, log) }),
	});
	const generator = await engine.ready();
	const request: GenerateRequest = {
		prompt: { kind: 'tokens', ids: Array.from({ length: Number(promptTokens) }, (_, index) => 100 + (index % 300)) },
		maxTokens: 400,
		sampling: { temperature: 2 },
		stop: [],
		priority: 'chat',
	};
	process.stdout.write(`${engine.pid ?? ''}\n`);
	for (;;) for await (const event of generator.generate(request, new AbortController().signal)) event;
}

void main();
