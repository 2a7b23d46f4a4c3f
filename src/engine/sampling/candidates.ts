/**
 * The tokens that may still be drawn, with their unnormalised weights. All buffers are made once for a vocabulary and reused
 * at every token. The order "heavier first, lower id first among equals" is total, so every cut has one answer.
 */
export class Candidates {
	private readonly ids: Int32Array;
	/** Weight by id. Only entries of current candidates mean anything. */
	private readonly weights: Float64Array;
	private count = 0;

	constructor(vocabularySize: number) {
		this.ids = new Int32Array(vocabularySize);
		this.weights = new Float64Array(vocabularySize);
	}

	clear(): void {
		this.count = 0;
	}

	add(id: number, weight: number): void {
		this.ids[this.count++] = id;
		this.weights[id] = weight;
	}

	/** Ids in no particular order, and their probabilities among themselves. For tests and reports. */
	distribution(): { readonly id: number; readonly probability: number }[] {
		const total = this.total();
		return Array.from(this.ids.subarray(0, this.count), id => ({ id, probability: this.weights[id]! / total }));
	}

	keepTop(k: number): void {
		if (k < this.count) this.count = this.selectLeading(k, () => 1);
	}

	/** Keeps the smallest leading set whose share of the weight reaches `share`, and at least one token. */
	keepShare(share: number): void {
		if (share >= 1 || this.count < 2) return;
		const total = this.total();
		// Tokens below this weight sum to less than what may be dropped, so the set to keep is among the others: a cheap first cut.
		this.keepFrom(((1 - share) * total) / this.count);
		const target = Math.max(share * total, Number.MIN_VALUE);
		this.count = this.selectLeading(target, id => this.weights[id]!);
	}

	/** Drops tokens lighter than `share` of the heaviest one. */
	keepRelative(share: number): void {
		let heaviest = 0;
		for (let index = 0; index < this.count; index++) heaviest = Math.max(heaviest, this.weights[this.ids[index]!]!);
		this.keepFrom(share * heaviest);
	}

	/** Draws by walking the candidates in order of their ids until their weight passes `uniform` (in [0, 1)) of the total. */
	draw(uniform: number): number {
		const kept = this.ids.subarray(0, this.count).sort();
		const target = uniform * this.total();
		let sum = 0;
		let last = kept[0]!;
		for (const id of kept) {
			const weight = this.weights[id]!;
			if (weight === 0) continue;
			sum += weight;
			last = id;
			if (target < sum) return id;
		}
		return last;
	}

	private total(): number {
		let sum = 0;
		for (let index = 0; index < this.count; index++) sum += this.weights[this.ids[index]!]!;
		return sum;
	}

	private keepFrom(weight: number): void {
		let kept = 0;
		for (let index = 0; index < this.count; index++) {
			const id = this.ids[index]!;
			if (this.weights[id]! >= weight) this.ids[kept++] = id;
		}
		this.count = kept;
	}

	/** Quickselect by weight: moves the smallest leading set whose measure reaches `target` (above 0) to the front and returns its
	 * size. Linear on average, where sorting a vocabulary of 150,000 for every token would cost more than the model. */
	private selectLeading(target: number, measure: (id: number) => number): number {
		let low = 0;
		let high = this.count;
		let needed = target;
		while (high - low > 1) {
			const pivot = this.movePivotToEnd(low, high);
			let boundary = low;
			let sum = 0;
			for (let index = low; index < high - 1; index++) {
				const id = this.ids[index]!;
				if (!this.precedes(id, pivot)) continue;
				sum += measure(id);
				this.swap(index, boundary++);
			}
			this.swap(boundary, high - 1);
			if (sum >= needed) high = boundary;
			else if (sum + measure(pivot) >= needed) return boundary + 1;
			else {
				needed -= sum + measure(pivot);
				low = boundary + 1;
			}
		}
		return high;
	}

	private movePivotToEnd(low: number, high: number): number {
		const middle = (low + high) >>> 1;
		const last = high - 1;
		// Median of three: sorts positions low, middle, last by the total order, then takes the middle one.
		if (this.precedes(this.ids[middle]!, this.ids[low]!)) this.swap(middle, low);
		if (this.precedes(this.ids[last]!, this.ids[low]!)) this.swap(last, low);
		if (this.precedes(this.ids[last]!, this.ids[middle]!)) this.swap(last, middle);
		this.swap(middle, last);
		return this.ids[last]!;
	}

	private precedes(first: number, second: number): boolean {
		const difference = this.weights[first]! - this.weights[second]!;
		return difference > 0 || (difference === 0 && first < second);
	}

	private swap(first: number, second: number): void {
		const id = this.ids[first]!;
		this.ids[first] = this.ids[second]!;
		this.ids[second] = id;
	}
}
