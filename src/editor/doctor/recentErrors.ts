import { type Log } from '../../base';
import { generationErrorCodes } from '../../generation';
import { downloadErrorCodes } from '../../models';

/** A coded failure that the log was told of. */
export interface RecentError {
	/** Milliseconds since 1970. */
	readonly at: number;
	readonly code: string;
	/** As it was logged, not redacted. */
	readonly message: string;
}

const remembered = 20;
const coded = new RegExp(`\\b(${[...generationErrorCodes, ...downloadErrorCodes].join('|')}): (.*)`, 's');

/** Remembers the last coded failures that go to a log. */
export class RecentErrors {
	private readonly errors: RecentError[] = [];

	constructor(private readonly now: () => number) {}

	/** The oldest first. */
	get list(): readonly RecentError[] {
		return [...this.errors];
	}

	/** The same log, listened to. */
	listenTo<T extends Log>(log: T): T {
		return {
			...log,
			warn: (message: string) => {
				this.note(message);
				log.warn(message);
			},
			error: (message: string) => {
				this.note(message);
				log.error(message);
			},
		};
	}

	private note(line: string): void {
		const [, code, message = ''] = coded.exec(line) ?? [];
		if (code === undefined) return;
		this.errors.push({ at: this.now(), code, message });
		if (this.errors.length > remembered) this.errors.shift();
	}
}
