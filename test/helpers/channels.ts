import { toDisposable } from '../../src/base';
import { type Channel } from '../../src/protocol';

/** Two ends in one process, like an IPC channel: messages are cloned and arrive later, in order. */
export function channelPair<A, B>(): {
	near: Channel<A, unknown>;
	far: Channel<B, unknown>;
	close: (reason: string) => void;
} {
	const ends = [new End(), new End()] as const;
	const make = <Out>(own: End, other: End): Channel<Out, unknown> => ({
		send: message => {
			const copy: unknown = structuredClone(message);
			setImmediate(() => other.receive(copy));
		},
		onMessage: listener => own.add(own.listeners, listener),
		onClose: listener => own.add(own.closers, listener),
	});
	return {
		near: make<A>(ends[0], ends[1]),
		far: make<B>(ends[1], ends[0]),
		close: reason => {
			for (const end of ends) for (const closer of [...end.closers]) closer(reason);
		},
	};
}

class End {
	readonly listeners = new Set<(message: unknown) => void>();
	readonly closers = new Set<(reason: string) => void>();

	receive(message: unknown): void {
		for (const listener of [...this.listeners]) listener(message);
	}

	add<T>(set: Set<T>, item: T): { dispose(): void } {
		set.add(item);
		return toDisposable(() => set.delete(item));
	}
}
