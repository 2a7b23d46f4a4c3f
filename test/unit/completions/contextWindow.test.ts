import { describe, expect, test } from 'vitest';
import { ContextWindows, type WindowBudget } from '../../../src/completions/contextWindow';
import { placeOf } from '../../../src/completions/place';
import { estimateTokens } from '../../../src/completions/tokenEstimate';
import { requestAt } from '../../helpers/cursorMark';

const budget: WindowBudget = { prefixTokens: 200, suffixTokens: 50, suffixLines: Infinity };
const numbered = (count: number, from = 0): string =>
	Array.from({ length: count }, (_, index) => `const line${index + from} = ${index};`).join('\n');

function windowAt(windows: ContextWindows, marked: string, own = budget): { prefix: string; suffix: string } {
	return windows.windowAt(placeOf(requestAt(marked)), own);
}

describe('the prompt window', () => {
	test('is the whole text before the cursor where that fits', () => {
		expect(windowAt(new ContextWindows(), 'a\r\nb▮c\r\nd')).toEqual({ prefix: 'a\nb', suffix: 'c\nd' });
	});

	test('starts at a line start and fills three quarters of its budget when placed', () => {
		const { prefix } = windowAt(new ContextWindows(), `${numbered(100)}\n▮`);
		expect(prefix.startsWith('const line')).toBe(true);
		expect(estimateTokens(prefix)).toBeGreaterThan(130);
		expect(estimateTokens(prefix)).toBeLessThan(160);
	});

	test('keeps its start while the text grows, and moves only when it overflows', () => {
		const windows = new ContextWindows();
		const starts = new Set<string>();
		for (let lines = 100; lines < 130; lines++) {
			const { prefix } = windowAt(windows, `${numbered(lines)}\n▮`);
			starts.add(prefix.split('\n', 1)[0]!);
			expect(estimateTokens(prefix)).toBeLessThanOrEqual(201);
		}
		expect(starts.size).toBeLessThanOrEqual(6);
	});

	test('finds its start again after lines were added above it', () => {
		const windows = new ContextWindows();
		const before = windowAt(windows, `${numbered(100)}\n▮`).prefix;
		expect(windowAt(windows, `new\nlines\n${numbered(100)}\n▮`).prefix).toBe(before);
	});

	test('is placed anew above its start', () => {
		const windows = new ContextWindows();
		windowAt(windows, `${numbered(100)}\n▮`);
		expect(windowAt(windows, `${numbered(5)}\n▮\n${numbered(95)}`).prefix).toBe(`${numbered(5)}\n`);
	});

	test('keeps the suffix while the editor closes a bracket and the user types over it', () => {
		const windows = new ContextWindows();
		const rest = `\n${numbered(3)}`;
		const suffix = windowAt(windows, `foo▮${rest}`).suffix;
		expect(windowAt(windows, `foo(▮)${rest}`).suffix).toBe(suffix);
		expect(windowAt(windows, `foo()▮${rest}`).suffix).toBe(suffix);
		expect(windowAt(windows, `foo();\n▮other`).suffix).toBe('other');
	});

	test('keeps a suffix that differs by less than a tenth at its start', () => {
		const windows = new ContextWindows();
		const suffix = windowAt(windows, `a▮\n${numbered(6)}`).suffix;
		expect(windowAt(windows, `a▮\n${numbered(6).replace('line3', 'lime3')}`).suffix).toBe(suffix);
		expect(windowAt(windows, `a▮\n${numbered(6).replaceAll('const', 'let')}`).suffix).not.toBe(suffix);
	});

	test('shows few lines of suffix to a model that reads it last', () => {
		const { suffix } = windowAt(new ContextWindows(), `▮\n${numbered(30)}`, { ...budget, suffixLines: 8 });
		expect(suffix.split('\n')).toHaveLength(8);
	});

	test('cuts a single long line in steps, so that its start stays', () => {
		const windows = new ContextWindows();
		const starts = new Set<string>();
		for (let words = 300; words < 340; words++) {
			const { prefix } = windowAt(windows, Array.from({ length: words }, (_, index) => `word${index}`).join(' '));
			expect(estimateTokens(prefix)).toBeLessThanOrEqual(201);
			starts.add(prefix.slice(0, 8));
		}
		expect(starts.size).toBeLessThanOrEqual(4);
	});

	test('takes Chinese for more tokens than letters', () => {
		expect(estimateTokens('汉'.repeat(130))).toBeCloseTo(100, 0);
		expect(estimateTokens('a'.repeat(360))).toBeCloseTo(100, 0);
	});
});

test('a cut never splits a character', () => {
	const { prefix, suffix } = windowAt(new ContextWindows(), `${'😀'.repeat(600)}▮${'😀'.repeat(300)}`);
	expect(prefix.length).toBeLessThan(1200);
	expect(suffix.length).toBeLessThan(600);
	// Half a character does not survive UTF-8.
	expect(Buffer.from(prefix + suffix).toString()).toBe(prefix + suffix);
});
