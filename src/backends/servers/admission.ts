import { type Priority } from '../../generation';

/** Lets requests through to one server: one completion at a time, and never behind a chat; what is idle waits until nothing else
 * runs. Lives as long as the connection's settings. */
export class Admission {
	private typing: Promise<void> = Promise.resolve();
	private running = 0;
	private readonly waiting: (() => void)[] = [];

	/** Resolves when the request may start, with what to call when it is over; undefined when it was aborted before. */
	async enter(priority: Priority, signal: AbortSignal): Promise<(() => void) | undefined> {
		const leave = priority === 'typing' ? await this.enterTyping() : undefined;
		if (priority === 'idle') await this.untilQuiet(signal);
		if (signal.aborted) {
			leave?.();
			return undefined;
		}
		this.running++;
		return () => {
			this.running--;
			leave?.();
			if (this.running === 0) for (const resume of this.waiting.splice(0)) resume();
		};
	}

	private async enterTyping(): Promise<() => void> {
		const before = this.typing;
		let leave = (): void => undefined;
		this.typing = new Promise(resolve => (leave = resolve));
		await before;
		return leave;
	}

	private async untilQuiet(signal: AbortSignal): Promise<void> {
		while (this.running > 0 && !signal.aborted) {
			await new Promise<void>(resolve => {
				this.waiting.push(resolve);
				signal.addEventListener('abort', () => resolve(), { once: true });
			});
		}
	}
}
