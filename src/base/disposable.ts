/** Something that holds a resource until it is told to let go. Structurally the same as VS Code's own Disposable. */
export interface Disposable {
	dispose(): void;
}

/** Owns other disposables and releases them in reverse order of registration. Registering after disposal releases at once. */
export class DisposableStore implements Disposable {
	private readonly items: Disposable[] = [];
	private disposed = false;

	add<T extends Disposable>(item: T): T {
		if (this.disposed) item.dispose();
		else this.items.push(item);
		return item;
	}

	dispose(): void {
		this.disposed = true;
		for (let item = this.items.pop(); item; item = this.items.pop()) item.dispose();
	}
}

/** Wraps a function as a disposable that runs it once. */
export function toDisposable(release: () => void): Disposable {
	let released = false;
	return {
		dispose: () => {
			if (released) return;
			released = true;
			release();
		},
	};
}
