import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureModel } from '../peers/model/folder';
import { shapes } from '../peers/model/shapes';
import { machine } from '../peers/report';
import { byContext, byDraft, byModel } from './engineGrowth';
import { byFile } from './fileGrowth';
import { byWindows } from './windowGrowth';

interface World {
	readonly root: string;
	readonly args: readonly string[];
}

/** One table: what grows, and what it costs. */
export interface Table {
	readonly title: string;
	readonly columns: readonly string[];
	readonly rows: readonly (readonly (string | number)[])[];
}

const help = `npm run bench:growth -- [flags]    what grows with the context, the model, the file and the open windows
  --tables <list>   context, drafts, models, files, windows (all)
  --rounds <n>      times that everything is measured; medians are shown (3)
  --json            the results once more as one last line of JSON`;

/** Prints the tables; resolves to the exit status. */
export async function growth({ root, args }: World): Promise<number> {
	const { values: flags } = parseArgs({
		args: [...args],
		options: {
			tables: { type: 'string', default: 'context,drafts,models,files,windows' },
			rounds: { type: 'string', default: '3' },
			json: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	});
	if (flags.help) {
		console.log(help);
		return 0;
	}
	const rounds = Number(flags.rounds);
	const cache = join(root, '.cache', 'bench-peers');
	const builtIn = join(root, 'models', 'inkling-code');
	const random = (size: keyof typeof shapes): string => ensureModel(cache, shapes[size], 4).ours;
	const all: Readonly<Record<string, () => Promise<Table>>> = {
		context: () => byContext(root, random('45M'), rounds),
		drafts: () => byDraft(root, { 'built-in, int8': builtIn, '45 M, int4': random('45M') }, rounds),
		models: () =>
			byModel(
				root,
				{
					'built-in, int8': builtIn,
					'45 M, int4': random('45M'),
					'60 M, int4': random('60M'),
					'500 M, int4': random('500M'),
				},
				rounds,
			),
		files: () => byFile(root, rounds),
		windows: () => byWindows(root, builtIn, rounds),
	};
	const tables: Table[] = [];
	for (const name of flags.tables.split(',')) {
		const measure = all[name];
		if (!measure) throw new Error(`No such table: ${name}. Tables: ${Object.keys(all).join(', ')}.`);
		const table = await measure();
		print(table);
		tables.push(table);
	}
	if (flags.json) console.log(JSON.stringify({ bench: 'growth', ...machine(1), tables }));
	return 0;
}

function print({ title, columns, rows }: Table): void {
	const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
	console.log(`\n${title}\n`);
	console.log([line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n'));
}
