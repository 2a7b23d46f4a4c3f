import * as vscode from 'vscode';

/** Runs with a notification; undefined when the user cancels. */
export async function withProgress<T>(
	title: string,
	work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
	const stop = new AbortController();
	const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
	return vscode.window.withProgress(options, async (_, token) => {
		token.onCancellationRequested(() => stop.abort());
		try {
			return await work(stop.signal);
		} catch (error) {
			if (stop.signal.aborted) return undefined;
			throw error;
		}
	});
}
