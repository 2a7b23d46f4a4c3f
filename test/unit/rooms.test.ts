import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const src = join(root, 'src');
const architecture = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');

/** Rows of the Markdown table whose first header cell is `firstHeader`, cells trimmed. */
function table(firstHeader: string): string[][] {
	const lines = architecture.split('\n');
	const start = lines.findIndex(line => line.split('|')[1]?.trim() === firstHeader);
	const rows = lines.slice(start + 2);
	const end = rows.findIndex(line => !line.startsWith('|'));
	return rows.slice(0, end).map(row =>
		row
			.split('|')
			.slice(1, -1)
			.map(cell => cell.trim()),
	);
}

const list = (cell: string | undefined): string[] =>
	(cell ?? '')
		.split(',')
		.map(item => item.trim())
		.filter(item => item !== '');
const rooms = new Map(
	table('room').map(([room, mayImport, packages]) => [room!, { rooms: list(mayImport), packages: list(packages) }]),
);
const reserved = table('package').map(([name, file]) => ({ name: name!, file: file! }));

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
	.filter(file => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'))
	.map(file => file.split(sep).join('/'));
const roomOf = (file: string): string => file.split('/')[0]!;

interface Import {
	readonly file: string;
	readonly specifier: string;
}

const imports: Import[] = files.flatMap(file =>
	ts
		.preProcessFile(readFileSync(join(src, file), 'utf8'), true, true)
		.importedFiles.map(found => ({ file, specifier: found.fileName })),
);

function packageOf(specifier: string): string {
	if (specifier.startsWith('node:')) return 'node:*';
	return specifier
		.split('/')
		.slice(0, specifier.startsWith('@') ? 2 : 1)
		.join('/');
}

describe('rooms', () => {
	test('every room has a row, every row a room', () => {
		expect([...new Set(files.map(roomOf))].filter(room => !rooms.has(room))).toEqual([]);
		expect([...rooms.keys()].filter(room => !files.some(file => roomOf(file) === room))).toEqual([]);
	});

	test('rooms import only the rooms in the table, through their door', () => {
		const wrong = imports.filter(({ file, specifier }) => {
			if (!specifier.startsWith('.')) return false;
			const target = relative(src, resolve(src, dirname(file), specifier))
				.split(sep)
				.join('/');
			const room = roomOf(target);
			if (room === roomOf(file)) return false;
			const allowed = rooms.get(roomOf(file))?.rooms.includes(room) ?? false;
			return !allowed || target !== room;
		});
		expect(wrong).toEqual([]);
	});

	test('rooms import only the packages in the table', () => {
		const wrong = imports.filter(({ file, specifier }) => {
			if (specifier.startsWith('.')) return false;
			return !(rooms.get(roomOf(file))?.packages.includes(packageOf(specifier)) ?? false);
		});
		expect(wrong).toEqual([]);
	});

	test('packages reserved for one file are imported nowhere else', () => {
		for (const { name, file } of reserved) {
			const importers = imports
				.filter(({ specifier }) => packageOf(specifier) === name)
				.map(found => `src/${found.file}`);
			expect(new Set(importers)).toEqual(new Set([file]));
		}
	});

	test('no room is deeper than two levels and none has a name that says nothing', () => {
		expect(files.filter(file => file.split('/').length > 3)).toEqual([]);
		expect(
			files.filter(file => /(^|\/)(utils?|common|shared|services?|types|helpers?|vscode)(\/|\.tsx?$)/.test(file)),
		).toEqual([]);
	});
});
