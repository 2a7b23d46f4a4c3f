import { createParser } from 'eventsource-parser';
import { ServerError } from './serverError';

/** A piece of one event may be long, but not endless. */
const longestEvent = 4 * 1024 * 1024;

/** The data of server-sent events. Body that is no event at all (a web page, plain JSON) is handed out as it is, so that what reads
 * it can say so. */
export async function* eventData(received: ReadableStream<string>): AsyncGenerator<string> {
	const events: string[] = [];
	const parser = createParser({ onEvent: event => events.push(event.data) });
	let pending = 0;
	let start = '';
	let any = false;
	for await (const text of received) {
		parser.feed(text);
		pending += text.length;
		if (!any && start.length < longestEvent) start += text;
		for (let data = events.shift(); data !== undefined; data = events.shift()) {
			any = true;
			pending = 0;
			yield data;
		}
		if (pending > longestEvent) throw new ServerError({ step: 'format' }, 'The server sent an event without an end.');
	}
	// The last event may lack the empty line that ends it when the server closes right after it.
	parser.feed('\n\n');
	if (events.length > 0) yield* events;
	else if (!any && start.trim() !== '' && !/^(:|data:|event:|id:|retry:)/m.test(start)) yield start;
}
