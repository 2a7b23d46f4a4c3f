import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassageIndex, runInSlices, sharedSlicing } from '../../src/retrieval';
import { hostDelayDuring } from './hostDelay';
import { summarize } from './statistics';

/** As much as the editor indexes of a workspace. */
const bytes = 6 * 1024 * 1024;
const questions = [
	'Where is the KV cache truncated?',
	'How are prompts split into parts?',
	'聊天怎样保存？',
	'Which settings are read?',
];
const { signal } = new AbortController();

/** How long `#workspace` takes to build and to ask, and how late timers fire meanwhile. Texts are this repository's, as often as needed. */
export async function indexing({ root }: { readonly root: string }): Promise<number> {
	const documents = documentPaths(root);
	const index = new PassageIndex();
	const heapBefore = usedMegabytes();
	const startedAt = performance.now();
	const delay = await hostDelayDuring(async () => {
		let read = 0;
		for (let copy = 0; read < bytes; copy++)
			for (const path of documents) {
				const text = await readFile(join(root, path), 'utf8');
				if ((read += text.length) > bytes) break;
				await runInSlices(index.add(`${copy}/${path}`, text), sharedSlicing, signal);
			}
	});
	const seconds = (performance.now() - startedAt) / 1000;
	const times = questions.flatMap(question =>
		Array.from({ length: 10 }, () => {
			const before = performance.now();
			index.find(question, 8);
			return performance.now() - before;
		}),
	);
	console.log(`${index.documentCount} documents, ${bytes / 1024 / 1024} MB: ${seconds.toFixed(1)} s in the background`);
	console.log(`event loop meanwhile: p99 ${delay.p99.toFixed(1)} ms, longest ${delay.max.toFixed(1)} ms`);
	console.log(`a question: median ${summarize(times, 'ms')?.median} ms, longest ${Math.max(...times).toFixed(1)} ms`);
	console.log(`memory: ${(usedMegabytes() - heapBefore).toFixed(0)} MB`);
	return 0;
}

function documentPaths(root: string): readonly string[] {
	return ['src', 'test/unit', 'test/editor', 'docs', 'l10n'].flatMap(folder =>
		readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
			.filter(name => /\.(?:tsx?|md|json)$/.test(name))
			.map(name => join(folder, name)),
	);
}

function usedMegabytes(): number {
	globalThis.gc?.();
	return process.memoryUsage().heapUsed / 1024 / 1024;
}
