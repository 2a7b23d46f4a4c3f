// An answer of ten seconds, and somebody who types meanwhile.

const sentence = 'What comes after the spring tide at Heron Point, and how high is it then? ';
const typed = sentence.repeat(2);

/**
 * Updates, messages that brought them and drawn frames in each second, milliseconds between updates and from a key to the frame with its character, and what was
 * lost. A busy machine draws fewer frames than sixty a second; no update can be shown without one.
 */
export async function measureStreaming({ workbench }) {
	const chat = await workbench.chat('Inkling: New Chat');
	await chat.page.locator('main').evaluate(watch);
	// Some seconds of frames without an answer.
	await workbench.page.waitForTimeout(5000);
	await chat.send('Tell me about tides');
	await chat.answers.locator('.markdown .block').first().waitFor();
	await workbench.page.keyboard.type(typed, { delay: 50 });
	await chat.idle();
	const value = await chat.input.inputValue();
	const { updates, frames, keys, arrivals } = await chat.page.locator('main').evaluate(() => globalThis.inklingWatch);
	const lost = [...typed].filter((character, index) => value[index] !== character).length;
	const gaps = updates.slice(1).map((time, index) => time - updates[index]);
	const during = frames.filter(time => time >= updates[0] && time <= updates.at(-1));
	const arrived = arrivals.filter(time => time >= updates[0] && time <= updates.at(-1));
	const idle = frames.filter(time => time < updates[0] - 1000);
	return {
		updates: perSecond(updates),
		arrivals: perSecond(arrived),
		frames: perSecond(during),
		idle: perSecond(idle),
		gaps,
		keys,
		lost,
		typed: typed.length,
	};
}

/** Whole seconds only: the first and the last one are not full. */
function perSecond(times) {
	const start = times[0];
	const seconds = Math.floor((times.at(-1) - start) / 1000);
	return Array.from(
		{ length: seconds },
		(_, second) => times.filter(time => time >= start + second * 1000 && time < start + (second + 1) * 1000).length,
	);
}

/* global document, window, requestAnimationFrame -- this runs in the panel */
function watch(main) {
	const found = (globalThis.inklingWatch = { updates: [], frames: [], keys: [], arrivals: [] });
	let before = '';
	const look = () => {
		const text = main.querySelector('article.answer:last-of-type .markdown')?.textContent ?? '';
		if (text !== before && text !== '') found.updates.push(performance.now());
		before = text;
		found.frames.push(performance.now());
		requestAnimationFrame(look);
	};
	// After the panel's own work of the frame.
	requestAnimationFrame(look);
	// Each message brings text; several may arrive for one frame.
	window.addEventListener('message', () => found.arrivals.push(performance.now()));
	document.addEventListener('keydown', ({ timeStamp }) => {
		// The first frame after the key draws it; its own callback runs before that, the next one after.
		requestAnimationFrame(() => requestAnimationFrame(() => found.keys.push(performance.now() - timeStamp)));
	});
}
