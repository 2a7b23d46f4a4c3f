// The panel's page without VS Code around it: what the page itself costs for an answer of ten seconds.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { paragraph } from './inBrowser.mjs';

const types = { '.js': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf' };
const answerMs = 10_000;

/** Updates and frames in all, and the milliseconds that script, style and layout took for each update. */
export async function measureAlone({ browser, extension, labels }) {
	const host = await serve(extension, pageWith(labels));
	const page = await browser.newPage({ viewport: { width: 320, height: 800 } });
	try {
		await page.goto(`http://localhost:${host.address().port}/`);
		await page.locator('main').waitFor();
		const devtools = await page.context().newCDPSession(page);
		await devtools.send('Performance.enable');
		const before = await metricsOf(devtools);
		const counts = await page.evaluate(answer, { paragraph, answerMs });
		const after = await metricsOf(devtools);
		const names = ['ScriptDuration', 'RecalcStyleDuration', 'LayoutDuration'];
		const costs = names.map(name => ((after[name] - before[name]) / counts.updates) * 1000);
		return { ...counts, costs };
	} finally {
		await page.close();
		host.close();
	}
}

async function metricsOf(devtools) {
	const { metrics } = await devtools.send('Performance.getMetrics');
	return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

async function serve(extension, page) {
	const host = createServer(({ url }, response) => {
		const file = join(extension, url);
		if (url === '/') return response.setHeader('content-type', 'text/html').end(page);
		if (!existsSync(file)) return response.writeHead(404).end();
		return response.setHeader('content-type', types[extname(file)] ?? 'text/plain').end(readFileSync(file));
	});
	host.listen(0, '127.0.0.1');
	await once(host, 'listening');
	return host;
}

/** The page as the extension makes it, with a stand-in for VS Code's own function. */
function pageWith(labels) {
	const styles = ['page.css', 'chat.css'].map(name => `<link rel="stylesheet" href="/media/${name}">`);
	const data = JSON.stringify(labels).replaceAll('"', '&quot;');
	const api = 'acquireVsCodeApi = () => ({ postMessage() {}, getState() {}, setState() {} })';
	const root = `<div id="root" data-labels="${data}" data-markdown="/dist/chat/markdownRenderer.js"></div>`;
	return `<!doctype html>${styles.join('')}<body>${root}<script>${api}</script>
		<script type="module" src="/dist/chat/main.js"></script>`;
}

/* global window, document, requestAnimationFrame -- this runs in the page */
async function answer({ paragraph, answerMs }) {
	const turn = (id, kind, state) => {
		const nothing = {
			text: '',
			chips: [],
			source: '',
			sent: '',
			reasoning: '',
			note: '',
			variant: { number: 1, of: 1 },
		};
		return { id, kind, state, ...nothing };
	};
	const turns = [turn('q', 'question', 'asked'), turn('a', 'answer', 'answering')];
	window.postMessage({ type: 'conversation', session: 's', title: 't', phase: 'answering', turns }, '*');
	const counts = { updates: 0, frames: 0 };
	const words = paragraph.split(/(?<= )/);
	let before = '';
	let isOver = false;
	const look = () => {
		const text = document.querySelector('article.answer .markdown')?.textContent ?? '';
		counts.frames++;
		if (text !== before) counts.updates++;
		before = text;
		if (!isOver) requestAnimationFrame(look);
	};
	requestAnimationFrame(look);
	const start = performance.now();
	let said = 0;
	await new Promise(resolve => {
		// As often as the extension sends.
		const timer = setInterval(() => {
			const due = Math.floor((performance.now() - start) / 4);
			let text = '';
			while (said < due) text += words[said++ % words.length];
			if (text !== '') window.postMessage({ type: 'append', turn: 'a', text }, '*');
			if (performance.now() - start < answerMs) return;
			clearInterval(timer);
			resolve();
		}, 8);
	});
	isOver = true;
	return counts;
}
