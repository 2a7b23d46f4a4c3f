import { summarize, type Summary } from './statistics';

/** Values gathered over the rounds of one run, in the order in which they are shown. */
export class Measurements {
	private readonly values = new Map<
		string,
		{ readonly label: string; readonly unit: string; readonly list: number[] }
	>();
	private readonly remarks: string[] = [];

	/** Declares a measure. Its name stays the same for good: machines read it; `label` is for people. */
	declare(name: string, unit: string, label: string): void {
		this.values.set(name, { label, unit, list: [] });
	}

	add(name: string, value: number): void {
		const entry = this.values.get(name);
		if (!entry) throw new Error(`The measure ${name} was never declared.`);
		entry.list.push(value);
	}

	/** Something a reader of the numbers must know. */
	remark(text: string): void {
		if (!this.remarks.includes(text)) this.remarks.push(text);
	}

	/** Lines for people. */
	table(): string {
		const rows = [...this.values].map(([, { label, unit, list }]) => ({ label, summary: summarize(list, unit) }));
		const width = Math.max(...rows.map(({ label }) => label.length));
		const head = `${''.padEnd(width)}${['median', 'p90', 'least', 'most', 'n'].map(word => word.padStart(9)).join('')}`;
		const lines = rows.map(({ label, summary }) => label.padEnd(width) + cells(summary));
		return [head, ...lines, '', ...this.remarks.map(remark => `* ${remark}`)].join('\n');
	}

	/** The same for machines. */
	toJSON(): { readonly measures: Readonly<Record<string, Summary>>; readonly remarks: readonly string[] } {
		const measured = [...this.values].flatMap(([name, { unit, list }]) => {
			const summary = summarize(list, unit);
			return summary ? [[name, summary] as const] : [];
		});
		return { measures: Object.fromEntries(measured), remarks: this.remarks };
	}
}

function cells(summary: Summary | undefined): string {
	if (!summary) return 'not measured'.padStart(18);
	const { median, p90, least, most, count, unit } = summary;
	return `${[median, p90, least, most, count].map(value => String(value).padStart(9)).join('')}  ${unit}`;
}
