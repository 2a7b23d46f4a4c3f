import { expect, test } from 'vitest';
import { isWrittenHere, memoryText, mostFileBytes, nearestFirst } from '../../../src/completions';
import { IgnoreFiles } from '../../../src/editor/ignoreFiles';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test.each(['src/a.ts', 'README.md', 'Makefile', 'docs/outline.md'])('%s is read', path => {
	expect(isWrittenHere(path)).toBe(true);
});

test.each([
	'a.png',
	'node_modules/x/i.js',
	'packages/a/dist/b.js',
	'app.min.js',
	'package-lock.json',
	'm.onnx',
	'a.js.map',
])('%s is not', path => {
	expect(isWrittenHere(path)).toBe(false);
});

test('binary, minified and large files have no text to remember', () => {
	expect(memoryText(bytes('let a\r\nlet b'))).toBe('let a\nlet b');
	expect(memoryText(Uint8Array.of(65, 0, 66))).toBeUndefined();
	expect(memoryText(bytes('x'.repeat(5000)))).toBeUndefined();
	expect(memoryText(bytes('a\n'.repeat(mostFileBytes)))).toBeUndefined();
});

test('files in the folder of an open one come first, then those around it', () => {
	const paths = ['/w/docs/a.md', '/w/src/b.ts', '/w/src/deep/c.ts', '/w/src/deep/er/d.ts'];
	expect(nearestFirst(paths, ['/w/src/deep/open.ts'])[0]).toBe('/w/src/deep/c.ts');
	expect(nearestFirst(paths, ['/w/src/deep/open.ts']).at(-1)).toBe('/w/docs/a.md');
	expect([...nearestFirst(paths, [])].sort()).toEqual([...paths].sort());
});

test('a file is ignored when any .gitignore above it says so', () => {
	const rules = new IgnoreFiles();
	rules.add('/w', '*.log\nsecret/\n');
	rules.add('/w/sub/', '/only.ts\n');
	expect(['/w/a.log', '/w/x/b.log', '/w/secret/a.ts', '/w/sub/only.ts'].map(path => rules.ignores(path))).toEqual([
		true,
		true,
		true,
		true,
	]);
	expect(['/w/only.ts', '/w/sub/x/only.ts', '/elsewhere/a.log'].map(path => rules.ignores(path))).toEqual([
		false,
		false,
		false,
	]);
});
