import { arch, cpus, platform } from 'node:os';
import { type Comparison } from './paired';

export interface SizeResult {
	readonly size: string;
	readonly bits: number;
	/** Ours first. */
	readonly contestants: readonly string[];
	readonly comparisons: readonly Comparison[];
	/** For each peer, share of prompts with the same first greedy token as ours. */
	readonly agreement: readonly number[];
	/** Weights and their scales that one token reads. */
	readonly weightBytes: number;
	/** Of one core, bytes a second. */
	readonly bandwidth: number;
}

export interface MachineFacts {
	readonly processor: string;
	readonly cores: number;
	readonly threads: number;
	readonly node: string;
	readonly system: string;
	readonly date: string;
}

export function machine(threads: number): MachineFacts {
	const all = cpus();
	return {
		processor: all[0]?.model.trim() ?? '',
		cores: all.length,
		threads,
		node: process.version,
		system: `${platform()}-${arch()}`,
		date: new Date().toISOString().slice(0, 10),
	};
}

/** A Markdown table for people, ready for docs/performance.md. */
export function printComparisons({
	size,
	bits,
	contestants,
	comparisons,
	agreement,
	weightBytes,
	bandwidth,
}: SizeResult): void {
	const [, ...peers] = contestants;
	console.log(`\n### ${size}, ${bits} bits\n`);
	console.log(`| | ${contestants.join(' | ')} | ${peers.map(name => `${name} / ours`).join(' | ')} | calm rounds |`);
	console.log(`| --- |${' --- |'.repeat(contestants.length + peers.length + 1)}`);
	for (const { measure, unit, medians, ratios, rounds, calmRounds } of comparisons) {
		const values = medians.map(value => `${threeDigits(value)} ${unit}`);
		console.log(
			`| ${[measure, ...values, ...ratios.map(ratio => `${ratio.toFixed(2)}x`), calmRounds === undefined ? '-' : `${calmRounds} of ${rounds}`].join(' | ')} |`,
		);
	}
	const share = (value: number): string => `${Math.round(value * 100)} %`;
	const agreed = peers.map((name, index) => `${name} ${share(agreement[index]!)}`).join(', ');
	console.log(`\nSame first token as ours: ${agreed}.`);
	const shortest = comparisons.find(({ measure }) => measure.startsWith('decode'));
	if (!shortest) return;
	const rate = weightBytes / (shortest.medians[0]! / 1000);
	console.log(
		`One core reads ${(bandwidth / 1e9).toFixed(1)} GB/s; a token reads ${(weightBytes / 1e6).toFixed(0)} MB, ${shortest.measure} that is ${(rate / 1e9).toFixed(1)} GB/s, ${share(rate / bandwidth)}.`,
	);
}

/** '1,830', '77.0', '2.86'. */
const threeDigits = (value: number): string =>
	value >= 1000 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
