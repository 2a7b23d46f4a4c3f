import { toDisposable, type Disposable } from './disposable';

export type Listener<T> = (value: T) => void;
export type Event<T> = (listener: Listener<T>) => Disposable;

/** A typed event source that works without VS Code. Listeners added while firing are called from the next fire on. */
export class Emitter<T> implements Disposable {
	private readonly listeners = new Set<Listener<T>>();

	readonly event: Event<T> = listener => {
		// A wrapper of its own, so that the same function registered twice is called twice and removed once.
		const own: Listener<T> = value => listener(value);
		this.listeners.add(own);
		return toDisposable(() => this.listeners.delete(own));
	};

	fire(value: T): void {
		for (const listener of [...this.listeners]) listener(value);
	}

	dispose(): void {
		this.listeners.clear();
	}
}
