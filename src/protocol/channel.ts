import { type Disposable } from '../base';

/** Two ends that exchange plain data: a child process's IPC, a webview's postMessage, a pair of arrays in tests. */
export interface Channel<Out, In> {
	send(message: Out): void;
	onMessage(listener: (message: In) => void): Disposable;
	/** Called once when the other side is gone, with the reason for the log. */
	onClose(listener: (reason: string) => void): Disposable;
}
