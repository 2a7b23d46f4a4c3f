import { type Log } from '../../base';
import { modelStamp } from './modelStamp';
import { hasStamp, pathOf, type Subject } from './proofFiles';
import { readStamped, writeStamped } from './stampedFile';

/** Numbers of threads that were measured to be the fastest for a model, on disk beside the proofs about it. */
export class ThreadFiles {
	constructor(
		private readonly root: string,
		private readonly log: Log,
	) {}

	/** @param most threads there were to choose from */
	async read(subject: Subject, most: number): Promise<number | undefined> {
		const { stamp, threads } = (await readStamped(this.pathOf(subject))) ?? {};
		const isPossible = typeof threads === 'number' && Number.isInteger(threads) && threads >= 1 && threads <= most;
		return isPossible && (await hasStamp(stamp, () => stampOf(subject, most))) ? threads : undefined;
	}

	/** Never fails; what cannot be kept is measured again. */
	async write(subject: Subject, most: number, threads: number): Promise<void> {
		try {
			await writeStamped(this.pathOf(subject), { stamp: await stampOf(subject, most), threads });
		} catch (error) {
			this.log.info(`The number of threads for ${subject.graphFile} was not kept: ${String(error)}`);
		}
	}

	private pathOf(subject: Subject): string {
		return pathOf(this.root, subject, '-threads');
	}
}

const stampOf = ({ graphFile, weightFiles, facts }: Subject, most: number): Promise<string> =>
	modelStamp([graphFile, ...weightFiles], [facts, most]);
