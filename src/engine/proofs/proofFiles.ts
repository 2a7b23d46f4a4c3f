import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Log } from '../../base';
import { modelStamp } from './modelStamp';

const caches = ['in place', 'alternating', 'growing'] as const;

/** What was found out about a graph by running it. */
export interface Proof {
	/** The graph to load: the model's own, or the prepared one beside it. */
	readonly graphFile: string;
	readonly cache: (typeof caches)[number];
}

/** What a proof is about. */
export interface Subject {
	/** The model's own graph. */
	readonly graphFile: string;
	/** Files that it keeps weights in. */
	readonly weightFiles: readonly string[];
	/** What else the proof depends on: sizes from config.json, the device. */
	readonly facts: readonly unknown[];
}

/** Proofs on disk, outside of the model folders: one small file for each graph, which counts as long as nothing has changed. */
export class ProofFiles {
	/** @param root undefined keeps nothing, so that everything is proven again */
	constructor(
		private readonly root: string | undefined,
		private readonly log: Log,
	) {}

	/** Undefined where nothing was proven, or something has changed since. */
	async read(subject: Subject): Promise<Proof | undefined> {
		if (this.root === undefined) return undefined;
		try {
			const { stamp, graph, cache } = JSON.parse(await readFile(this.pathOf(this.root, subject), 'utf8')) as Record<
				string,
				unknown
			>;
			if (typeof graph !== 'string' || basename(graph) !== graph) return undefined;
			const known = caches.find(one => one === cache);
			if (!known) return undefined;
			const proof: Proof = { graphFile: join(dirname(subject.graphFile), graph), cache: known };
			return stamp === (await stampOf(subject, proof)) ? proof : undefined;
		} catch {
			// Not there yet, damaged, or a graph that is gone: it is proven again.
			return undefined;
		}
	}

	/** Never fails; what cannot be kept is proven again. */
	async write(subject: Subject, proof: Proof): Promise<void> {
		if (this.root === undefined) return;
		const path = this.pathOf(this.root, subject);
		const part = `${path}.${process.pid}.part`;
		try {
			const stamp = await stampOf(subject, proof);
			await mkdir(this.root, { recursive: true });
			await writeFile(part, JSON.stringify({ stamp, graph: basename(proof.graphFile), cache: proof.cache }));
			await rename(part, path);
		} catch (error) {
			this.log.info(`What was proven about ${subject.graphFile} was not kept: ${String(error)}`);
		}
	}

	private pathOf(root: string, { graphFile, facts }: Subject): string {
		const name = createHash('sha256')
			.update(JSON.stringify([graphFile, facts]))
			.digest('hex')
			.slice(0, 16);
		return join(root, `${name}.json`);
	}
}

const stampOf = ({ graphFile, weightFiles, facts }: Subject, proof: Proof): Promise<string> =>
	modelStamp([graphFile, ...weightFiles, proof.graphFile], [facts, proof.cache]);
