import { toDisposable } from '../base';
import { type Channel } from '../protocol';

/** The IPC channel of a process that was started with `fork`, to the one that started it. */
export function parentChannel<Sent>(): Channel<Sent, unknown> {
	return {
		send: message => {
			// The parent may be gone already; 'disconnect' then ends this process.
			if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
		},
		onMessage: listener => {
			process.on('message', listener);
			return toDisposable(() => process.off('message', listener));
		},
		onClose: listener => {
			const closed = (): void => listener('the parent process has gone');
			process.on('disconnect', closed);
			return toDisposable(() => process.off('disconnect', closed));
		},
	};
}
