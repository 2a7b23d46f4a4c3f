// llama.cpp as node-llama-cpp ships it, on the CPU.
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';
import { answerCalls } from './answerCalls.mjs';

const { file, threads, contextTokens, flashAttention } = JSON.parse(process.argv[2]);
const sampling = { temperature: 0, yieldEogToken: true };
let sequence;

async function take(ids, count) {
	const tokens = [];
	const stream = sequence.evaluate([...ids], sampling);
	for (;;) {
		const { value, done } = await stream.next();
		if (done) break;
		tokens.push(value);
		if (tokens.length === count) break;
	}
	await stream.return?.();
	return tokens;
}

/** Brings the cache to all but the last `fresh` tokens; only what differs is computed, llama.cpp's own prefix reuse. */
async function prepare(ids, fresh) {
	const kept = ids.length - fresh;
	const cached = sequence.contextTokens;
	let same = 0;
	while (same < Math.min(kept, cached.length) && cached[same] === ids[same]) same++;
	if (same < cached.length) await sequence.eraseContextTokenRanges([{ start: same, end: cached.length }]);
	if (same < kept) await sequence.evaluateWithoutGeneratingNewTokens(ids.slice(same, kept));
	return ids.slice(Math.max(same, kept));
}

answerCalls({
	async load() {
		const llama = await getLlama({
			gpu: false,
			build: 'never',
			maxThreads: threads,
			progressLogs: false,
			logLevel: LlamaLogLevel.error,
			skipDownload: true,
		});
		const model = await llama.loadModel({ modelPath: file, gpuLayers: 0 });
		const context = await model.createContext({ contextSize: contextTokens, threads, batchSize: 512, flashAttention });
		sequence = context.getSequence();
		await take([1], 1);
	},
	async firstToken(ids) {
		await sequence.clearHistory();
		await take(ids, 1);
	},
	async decode(ids, count) {
		const rest = await prepare(ids, 1);
		const start = performance.now();
		const tokens = await take(rest, count);
		return (performance.now() - start) / tokens.length;
	},
	async keystroke(ids, fresh, count) {
		await take(await prepare(ids, fresh), count);
	},
	async greedy(ids, count) {
		await sequence.clearHistory();
		return take(ids, count);
	},
});
