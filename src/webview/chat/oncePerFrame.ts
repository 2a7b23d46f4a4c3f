/** Collects what arrives and hands it over together, at most once per drawn frame. */
export function oncePerFrame<T>(receive: (items: readonly T[]) => void): (item: T) => void {
	let items: T[] = [];
	return item => {
		items.push(item);
		if (items.length > 1) return;
		requestAnimationFrame(() => {
			const collected = items;
			items = [];
			receive(collected);
		});
	};
}
