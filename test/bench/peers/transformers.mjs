// transformers.js on onnxruntime-node, with the same weights in the form of a published graph.
import { AutoModelForCausalLM, AutoTokenizer, env, Tensor } from '@huggingface/transformers';
import { basename, dirname } from 'node:path';
import { answerCalls } from './answerCalls.mjs';

const { folder, threads } = JSON.parse(process.argv[2]);
env.allowRemoteModels = false;
env.localModelPath = dirname(folder);
let model;

/** Generates, and tells when each token came. */
async function generate(ids, count) {
	const times = [];
	let isPrompt = true;
	const streamer = {
		put() {
			if (isPrompt) isPrompt = false;
			else times.push(performance.now());
		},
		end() {},
	};
	const shape = [1, ids.length];
	const output = await model.generate({
		input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), shape),
		attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape),
		max_new_tokens: count,
		do_sample: false,
		streamer,
	});
	return { times, tokens: Array.from(output.data, Number).slice(ids.length) };
}

answerCalls({
	async load() {
		const session_options = { intraOpNumThreads: threads };
		model = await AutoModelForCausalLM.from_pretrained(basename(folder), {
			dtype: 'q4',
			device: 'cpu',
			session_options,
		});
		await AutoTokenizer.from_pretrained(basename(folder));
		await generate([1], 1);
	},
	async firstToken(ids) {
		await generate(ids, 1);
	},
	async decode(ids, count) {
		const { times } = await generate(ids, count + 1);
		return (times.at(-1) - times[0]) / (times.length - 1);
	},
	// It keeps nothing between two calls of generate.
	async keystroke(ids, _fresh, count) {
		await generate(ids, count);
	},
	async greedy(ids, count) {
		return (await generate(ids, count)).tokens;
	},
});
