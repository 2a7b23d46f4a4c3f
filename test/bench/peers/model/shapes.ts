/** The shape of a GPT-style network with grouped-query attention, gated feed-forward layers and one table for words in and out. */
export interface Shape {
	readonly name: string;
	readonly layers: number;
	readonly width: number;
	readonly heads: number;
	readonly keyValueHeads: number;
	readonly feedForward: number;
	readonly vocabulary: number;
	readonly ropeTheta: number;
	readonly context: number;
}

/** What is measured: the 44 M shape of the recipe's preset for GPUs, a 60 M one, and the shape of Qwen2.5-0.5B. */
export const shapes: Readonly<Record<'45M' | '60M' | '500M', Shape>> = {
	'45M': {
		name: '45M',
		layers: 12,
		width: 512,
		heads: 8,
		keyValueHeads: 4,
		feedForward: 1408,
		vocabulary: 16_384,
		ropeTheta: 10_000,
		context: 8192,
	},
	'60M': {
		name: '60M',
		layers: 12,
		width: 576,
		heads: 9,
		keyValueHeads: 3,
		feedForward: 1536,
		vocabulary: 32_768,
		ropeTheta: 100_000,
		context: 8192,
	},
	'500M': {
		name: '500M',
		layers: 24,
		width: 896,
		heads: 14,
		keyValueHeads: 2,
		feedForward: 4864,
		vocabulary: 151_936,
		ropeTheta: 1_000_000,
		context: 8192,
	},
};

export const headSize = ({ width, heads }: Shape): number => width / heads;

/** Names and sizes [rows, columns] of all matrices, the table of words first. */
export function matricesOf(
	shape: Shape,
): readonly { readonly name: string; readonly rows: number; readonly columns: number }[] {
	const { width, feedForward } = shape;
	const narrow = shape.keyValueHeads * headSize(shape);
	const layers = Array.from({ length: shape.layers }, (_, layer) =>
		(
			[
				['query', width, width],
				['key', narrow, width],
				['value', narrow, width],
				['output', width, width],
				['gate', feedForward, width],
				['up', feedForward, width],
				['down', width, feedForward],
			] as const
		).map(([part, rows, columns]) => ({ name: `layers.${layer}.${part}`, rows, columns })),
	);
	return [{ name: 'table', rows: shape.vocabulary, columns: width }, ...layers.flat()];
}

/** Weights in all matrices, tied ones once. */
export function weightsOf(shape: Shape): number {
	return matricesOf(shape).reduce((sum, { rows, columns }) => sum + rows * columns, 0);
}
