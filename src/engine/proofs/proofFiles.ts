import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { type Log } from '../../base';
import { modelStamp } from './modelStamp';
import { readStamped, writeStamped } from './stampedFile';

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
		const { stamp, graph, cache } = (await readStamped(pathOf(this.root, subject))) ?? {};
		if (typeof graph !== 'string' || basename(graph) !== graph) return undefined;
		const known = caches.find(one => one === cache);
		if (!known) return undefined;
		const proof: Proof = { graphFile: join(dirname(subject.graphFile), graph), cache: known };
		return (await hasStamp(stamp, () => stampOf(subject, proof))) ? proof : undefined;
	}

	/** Never fails; what cannot be kept is proven again. */
	async write(subject: Subject, proof: Proof): Promise<void> {
		if (this.root === undefined) return;
		try {
			const stamp = await stampOf(subject, proof);
			await writeStamped(pathOf(this.root, subject), { stamp, graph: basename(proof.graphFile), cache: proof.cache });
		} catch (error) {
			this.log.info(`What was proven about ${subject.graphFile} was not kept: ${String(error)}`);
		}
	}
}

/** @param kind what it is about, where there are several for one graph */
export function pathOf(root: string, { graphFile, facts }: Subject, kind = ''): string {
	const name = createHash('sha256')
		.update(JSON.stringify([graphFile, facts]))
		.digest('hex')
		.slice(0, 16);
	return join(root, `${name}${kind}.json`);
}

/** Whether nothing has changed since; a file that is gone counts as changed. */
export async function hasStamp(stamp: unknown, current: () => Promise<string>): Promise<boolean> {
	return typeof stamp === 'string' && stamp === (await current().catch(() => undefined));
}

const stampOf = ({ graphFile, weightFiles, facts }: Subject, proof: Proof): Promise<string> =>
	modelStamp([graphFile, ...weightFiles, proof.graphFile], [facts, proof.cache]);
